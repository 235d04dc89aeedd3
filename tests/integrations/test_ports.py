"""Ports for programs that start beside each other."""

import socket

from integrations.ports import HOST, free_ports


def test_none_is_given_out_twice():
    first, second = free_ports(3), free_ports()
    assert second not in range(first, first + 3)


def test_one_that_somebody_listens_on_is_passed_over():
    with socket.socket() as taken:
        taken.bind((HOST, free_ports() + 1))
        taken.listen()
        assert free_ports() != taken.getsockname()[1]
