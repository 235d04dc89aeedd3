"""The way out: where names lead, what is trusted, and what one thread keeps."""

import datetime
import os
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from connectors import client, transport
from connectors.messages import Answer, Call
from tests.connectors.servers import answering, read_request, reply, serve
from tests.servers import PATIENCE


def get(url: str, deadline: float = 5) -> Answer:
    return client.send(Call("GET", url, {}, system="Vista"), deadline=deadline)


@pytest.fixture
def nothing_private(settings):
    settings.ALLOWED_PRIVATE_HOSTS = []


@pytest.fixture
def names(monkeypatch):
    """A resolver of our own: host -> addresses, one list for each look-up. Notes what it was asked."""
    known: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def look_up(host, port):
        asked.append(host)
        if host not in known:
            raise socket.gaierror("unknown")
        addresses = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, (one, port)) for one in addresses]

    monkeypatch.setattr(transport, "look_up", look_up)
    monkeypatch.setattr(transport, "_thread", transport._Thread())
    known["asked"] = asked
    return known


# --- where names lead


@pytest.mark.usefixtures("nothing_private")
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "localhost",
        "169.254.169.254",
        "[::1]",
        "[::ffff:7f00:1]",
    ],
)
def test_no_spelling_of_a_private_address_gets_through(host):
    answer = get(f"http://{host}:1/")
    assert (answer.trouble, answer.maybe_received) == ("refused_address", False)
    assert "ALLOWED_PRIVATE_HOSTS" in answer.message


def test_one_private_address_among_public_ones_refuses_all(names):
    names["vista.example"] = [["93.184.216.34", "10.0.0.7"]]
    answer = get("http://vista.example/")
    assert answer.message.startswith("Vista was not called: vista.example leads to 10.0.0.7")


def test_a_name_that_changes_its_mind_is_asked_once(names):
    """DNS rebinding: the first answer is checked, and the first answer is what is connected to."""
    with serve(answering(reply())) as url:
        port = url.rpartition(":")[2]
        names["rebound.example"] = [["127.0.0.1"], ["10.0.0.7"]]
        assert get(f"http://rebound.example:{port}/").status == 200
    assert names["asked"] == ["rebound.example"]


def test_the_name_stands_in_the_host_header_not_the_address(names):
    seen: list[bytes] = []
    with serve(answering(reply(), seen=seen)) as url:
        port = url.rpartition(":")[2]
        names["vista.example"] = [["127.0.0.1"]]
        get(f"http://vista.example:{port}/jobs")
    assert f"Host: vista.example:{port}\r\n".encode() in seen[0]


def test_a_second_address_is_tried_when_the_first_refuses(names, settings):
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.0/8"]
    with serve(answering(reply())) as url:
        names["vista.example"] = [["127.0.0.3", "127.0.0.1"]]
        assert get(f"http://vista.example:{url.rpartition(':')[2]}/").status == 200


def test_an_unknown_name(names):
    answer = get("http://vista.example/")
    assert (answer.trouble, answer.maybe_received) == ("dns", False)
    assert answer.message == "Vista could not be reached: there is no host named vista.example."


def test_a_slow_resolver_meets_the_deadline(monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(transport, "look_up", lambda host, port: released.wait(PATIENCE) or [])
    answer = get("http://slow.example/", deadline=0.3)
    released.set()
    assert "takes too long" in answer.message
    assert not answer.maybe_received


def test_an_address_that_is_none():
    answer = get("http://exa mple/")
    assert (answer.trouble, answer.maybe_received) == ("invalid_address", False)


def test_proxies_of_the_environment_are_ignored(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serve(answering(reply())) as url:
        assert get(url).status == 200


def test_log_ins_of_the_environment_are_ignored(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    seen: list[bytes] = []
    with serve(answering(reply(), seen=seen)) as url:
        get(url)
    assert b"Authorization" not in seen[0]


# --- what one thread keeps


def test_a_connection_is_kept_for_the_next_call():
    connections = []

    def behave(connection):
        connections.append(connection)
        answering(reply())(connection)

    with serve(behave) as url:
        assert [get(url).status for _ in range(3)] == [200, 200, 200]
    assert len(connections) == 1


def test_a_system_that_closes_after_each_answer_is_called_anew():
    def behave(connection):
        read_request(connection)
        connection.sendall(reply())

    with serve(behave) as url:
        for _ in range(3):
            assert get(url).status == 200
            time.sleep(0.02)


def test_threads_and_forked_processes_do_not_share_connections():
    with serve(answering(reply(b"[1]"))) as url:
        assert get(url).body == [1]
        here = transport._session()
        elsewhere = []
        thread = threading.Thread(target=lambda: elsewhere.append(transport._session()))
        thread.start()
        thread.join()
        assert elsewhere[0] is not here
        child = os.fork()
        if child == 0:
            os._exit(0 if transport._session() is not here and get(url).body == [1] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert get(url).body == [1]


def test_a_batch_of_first_calls_waits_side_by_side():
    all_are_there = threading.Barrier(40, timeout=PATIENCE)

    def slow(connection):
        read_request(connection)
        all_are_there.wait()
        connection.sendall(reply(b"[1]"))

    with serve(slow) as url, ThreadPoolExecutor(40) as pool:
        answers = pool.map(lambda _: get(url, deadline=PATIENCE), range(40))
        assert [answer.body for answer in answers] == [[1]] * 40


# --- TLS


@pytest.fixture
def certificate(tmp_path):
    """A certificate for vista.example that only its own file vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "vista.example")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("vista.example"), x509.IPAddress(ip_address("127.0.0.2"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "vista.pem"
    unencrypted = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return file


def over_tls(certificate, behave, server_names=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if server_names is not None:
        context.sni_callback = lambda _socket, name, _context: server_names.append(name)

    def wrapped(connection):
        with context.wrap_socket(connection, server_side=True) as secured:
            behave(secured)

    return wrapped


@pytest.fixture
def trusted(certificate, monkeypatch):
    """An operator's own authority, added to what the machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    transport._new_tls.cache_clear()
    yield certificate
    transport._new_tls.cache_clear()


def test_a_certificate_that_nobody_vouches_for(certificate):
    with serve(over_tls(certificate, answering(reply()))) as url:
        answer = get(url.replace("http:", "https:"))
    assert (answer.trouble, answer.maybe_received) == ("tls", False)
    assert "its certificate is not valid" in answer.message


def test_a_certificate_of_the_operators_own_authority(trusted, names):
    server_names: list[str] = []
    with serve(over_tls(trusted, answering(reply(b"[1]")), server_names)) as url:
        names["vista.example"] = [["127.0.0.1"]]
        assert get(f"https://vista.example:{url.rpartition(':')[2]}/").body == [1]
    assert server_names == ["vista.example"]


def test_a_certificate_for_another_name(trusted, names):
    with serve(over_tls(trusted, answering(reply()))) as url:
        names["other.example"] = [["127.0.0.1"]]
        answer = get(f"https://other.example:{url.rpartition(':')[2]}/")
    assert answer.trouble == "tls"


def test_no_tls_is_spoken_there():
    def speak_plainly(connection):
        connection.recv(10)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serve(speak_plainly) as url:
        answer = get(url.replace("http:", "https:"))
    assert (answer.trouble, answer.maybe_received) == ("tls", False)
    assert "no TLS is spoken there" in answer.message


def test_the_deadline_holds_for_the_handshake_and_for_dripped_tls(trusted, names):
    def dripping(connection):
        read_request(connection)
        for byte in reply(b"[" + b"1," * 200 + b"1]"):
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    names["vista.example"] = [["127.0.0.1"]]
    for behave, reached in ((lambda connection: time.sleep(2 * PATIENCE), False), (over_tls(trusted, dripping), True)):
        with serve(behave) as url:
            answer = get(f"https://vista.example:{url.rpartition(':')[2]}/", deadline=0.4)
        assert (answer.trouble, answer.maybe_received) == ("timeout", reached)
