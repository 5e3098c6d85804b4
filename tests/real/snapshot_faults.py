"""Bad networks for the snapshot job, as a program that runs inside the test bed.

silent HOST:PORT               takes connections and never says a word
full HOST:PORT                 a listener whose queue is full: connecting gets no answer
busy HOST:PORT TARGET COUNT    answers 503 to the first COUNT connections, then passes on to TARGET
cut HOST:PORT TARGET BYTES     passes on until it has seen BYTES from clients in all, then drops everything for good
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time

_BUSY = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 33\r\nConnection: close\r\n\r\n<Error><Code>SlowDown</Code></Error>"


def main(mode: str, listen: str, target: str = "", number: str = "0") -> None:
    listener = socket.create_server(_address(listen), backlog=0 if mode == "full" else 16)
    budget = Budget(int(number))
    if mode == "full":
        waiting = [_knock(_address(listen)) for _ in range(4)]
    print("ready", flush=True)
    if mode == "full":
        time.sleep(len(waiting) * 3600)
    while True:
        client, _ = listener.accept()
        if mode == "silent":
            budget.kept.append(client)
        elif mode == "busy" and budget.spend(1):
            threading.Thread(target=_refuse, args=(client,), daemon=True).start()
        else:
            _join(client, _address(target), budget if mode == "cut" else None)


class Budget:
    """A number that threads take from."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.kept: list[socket.socket] = []
        self._lock = threading.Lock()

    def spend(self, amount: int) -> bool:
        with self._lock:
            self.left -= amount
            return self.left >= 0


def _join(client: socket.socket, target: tuple[str, int], budget: Budget | None) -> None:
    server = socket.create_connection(target)
    threading.Thread(target=_pass, args=(client, server, budget), daemon=True).start()
    threading.Thread(target=_pass, args=(server, client, None), daemon=True).start()


def _pass(source: socket.socket, sink: socket.socket, budget: Budget | None) -> None:
    while data := _receive(source):
        if budget is not None and not budget.spend(len(data)):
            os._exit(0)  # every connection breaks and the port is closed
        sink.sendall(data)
    sink.close()


def _receive(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


def _refuse(client: socket.socket) -> None:
    client.recv(65536)
    client.sendall(_BUSY)
    client.close()


def _knock(address: tuple[str, int]) -> socket.socket:
    knocker = socket.socket()
    knocker.setblocking(False)
    knocker.connect_ex(address)
    return knocker


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    main(*sys.argv[1:])
