"""Pods that objects and policies share: each is made once, from sections of the plan."""
