"""clients: some connections that ask one question after another -> how long answers took.

A process of its own, with no HTTP library: on a small machine the clients take time from the server
that they measure.
"""

import asyncio
import json
import sys
import time
from itertools import cycle
from urllib.parse import urlsplit


async def one_client(host: str, port: int, requests: list[bytes]) -> list[float]:
    """Seconds of each request, sent over one connection as soon as the last is answered."""
    reader, writer = await asyncio.open_connection(host, port)
    taken = []
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        taken.append(time.perf_counter() - began)
    writer.close()
    return taken


async def measure(url: str, token: str, paths: list[str], clients: int, count: int) -> list[float]:
    """Seconds of each of `clients * count` requests; the paths take turns."""
    address = urlsplit(url)
    turns = cycle(paths)
    work = [
        [_request(address.netloc, next(turns), token) for _ in range(count)] for _ in range(clients)
    ]
    host, port = address.hostname or "", address.port or 80
    results = await asyncio.gather(*(one_client(host, port, requests) for requests in work))
    return [seconds for result in results for seconds in result]


def _request(host: str, path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


if __name__ == "__main__":
    # Arguments on standard input, because a token is no argument of a command.
    print(json.dumps(asyncio.run(measure(**json.load(sys.stdin)))))
