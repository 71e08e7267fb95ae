"""Promises about the network: there is none, of any kind."""

import contextlib
import os
import socket

from autograder.sandbox.protections.attempt import Launch, Protection, done, tried

CONNECT = """
import socket
AF_PACKET, AF_NETLINK, AF_VSOCK = 17, 16, 40
attempts = {
    "this machine's loopback": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port)),
    "loopback by IPv6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", port6)),
    "an abstract unix socket": (socket.AF_UNIX, socket.SOCK_STREAM, abstract),
    "vsock": (AF_VSOCK, socket.SOCK_STREAM, None),
    "netlink": (AF_NETLINK, socket.SOCK_RAW, None),
    "raw packets": (AF_PACKET, socket.SOCK_RAW, None),
    "datagrams to other addresses": (socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.1", 9)),
}
for name, (family, kind, address) in attempts.items():
    try:
        with socket.socket(family, kind) as end:
            if address is not None:
                end.settimeout(1)
                end.connect(address)
        print("reached", name)
    except OSError:
        pass
"""
INTERFACES = """
import os
names = [line.split(":")[0].strip() for line in open("/proc/self/net/dev").readlines()[2:]]
if set(names) - {"lo"}:
    print("sees", *names)
if os.readlink("/proc/self/ns/net") == outside:
    print("is in this machine's network namespace")
"""
LISTEN = """
import socket
end = socket.socket(socket.AF_UNIX)
end.bind(abstract)
end.listen()
"""
CALL = """
import socket
try:
    socket.socket(socket.AF_UNIX).connect(abstract)
    print("reached another kernel")
except OSError:
    pass
"""


def _reaches_something(launch: Launch) -> str:
    abstract = f"\0attempt-{os.getpid()}"
    with contextlib.ExitStack() as stack:
        ports = [_listening(stack, family, host) for family, host in ((socket.AF_INET, "127.0.0.1"), _IPV6)]
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind(abstract)
        local.listen()
        return tried(launch, CONNECT, port=ports[0], port6=ports[1], abstract=abstract)


_IPV6 = (socket.AF_INET6, "::1")


def _listening(stack: contextlib.ExitStack, family: int, host: str) -> int:
    """The port of a socket that listens on this machine; 9 where there is no such address."""
    with contextlib.suppress(OSError):
        end = stack.enter_context(socket.socket(family))
        end.bind((host, 0))
        end.listen()
        return int(end.getsockname()[1])
    return 9


def _sees_interfaces(launch: Launch) -> str:
    return tried(launch, INTERFACES, outside=os.readlink("/proc/self/ns/net"))


def _reaches_another_kernel(launch: Launch) -> str:
    abstract = f"\0attempt-{os.getpid()}-kernel"
    one, other = launch(), launch()
    try:
        return done(one, LISTEN, abstract=abstract) or done(other, CALL, abstract=abstract)
    finally:
        one.close(wait=True)
        other.close(wait=True)


PROTECTIONS = (
    Protection("sockets", "no socket leads out: not loopback, abstract, vsock or netlink", _reaches_something),
    Protection("between kernels", "no socket leads from one kernel to another", _reaches_another_kernel),
    Protection("network", "the kernel's network has no interface", _sees_interfaces),
)
