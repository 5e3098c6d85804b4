"""Starts the real systems that kedge's output is tested against, each as plain processes on this machine."""
