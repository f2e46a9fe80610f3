"""Asking servers about files, against a real server on this machine that stands for the Hugging Face Hub."""

import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections import Counter
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from huggingface_hub import constants
from model_tracker.hub.client import HubFacts
from model_tracker.hub.facts import HubFact
from model_tracker.store.database import FILE_NAME, MemoryStore, Store

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=timezone.utc)
SHA256 = "0123456789abcdef" * 4
IMPATIENT_S = 1.5  # a good answer beside a stalled one needs less even on a busy machine
SETTINGS = (
    *("HF_ENDPOINT", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)


def url(repository="o/r", path="a.safetensors"):
    return f"https://huggingface.co/{repository}/resolve/main/{path}"


def file(path, size, sha256=None):
    lfs = {"lfs": {"size": size, "sha256": sha256, "pointerSize": 135}} if sha256 else {}
    return {"rfilename": path, "size": size, "blobId": "0" * 40, **lfs}


class LocalServer(ThreadingHTTPServer):
    """Answers each path as a test says. None of its connections may be left open."""

    daemon_threads = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answerer)
        self.answers = {}
        self.default = None
        self.requests = []
        self.left_open = []
        self.release = threading.Event()

    @property
    def place(self):
        return f"127.0.0.1:{self.server_port}"

    @property
    def counts(self):
        return Counter(urlsplit(path).path for path, _ in self.requests)

    def handle_error(self, request, client_address):
        pass  # a client may go at any time

    def repository(self, name, *files):
        self.on(f"/api/models/{name}", lambda one: one.send(200, {"id": name, "siblings": list(files)}))

    def on(self, path, answer):
        self.answers[path] = answer

    def status(self, name, number, body=None, **headers):
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self.on(f"/api/models/{name}", lambda one: one.send(number, body or {"error": "no"}, named))


class Answerer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open until the client closes them
    timeout = 30

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(urlsplit(self.path).path, self.server.default)
        if answer:
            answer(self)
        else:
            self.send(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})

    def do_HEAD(self):
        self.do_GET()

    def send(self, status, body=b"", headers=None, length=None):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def stall(self):
        self.server.release.wait(60)
        self.close_connection = True

    def log_error(self, *args):
        if "timed out" in args[0]:
            self.server.left_open.append(self.client_address)

    def log_message(self, *args):
        pass


def serve(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        thread.join()
        server.server_close()  # waits for every connection
    assert server.left_open == []


def questions_under_way():
    return [thread for thread in threading.enumerate() if thread.name == "hub-question"]


@pytest.fixture(autouse=True)
def _this_machine_alone(monkeypatch, tmp_path):
    """Let nothing out to the network, and take no setting from the machine that runs the tests."""
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def local_look_up(host, *args, **options):
        if host != "127.0.0.1":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *args, **options)

    def local_connect(self, address):
        assert address[0] == "127.0.0.1"
        return connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", local_look_up)
    monkeypatch.setattr(socket.socket, "connect", local_connect)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield
    for thread in questions_under_way():
        thread.join(30)
    assert questions_under_way() == []


@pytest.fixture
def server():
    yield from serve(LocalServer())


@pytest.fixture
def hub(server, monkeypatch):
    """Return the server as the Hub of this process."""
    monkeypatch.setattr(constants, "ENDPOINT", f"http://{server.place}")
    return server


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "home" / FILE_NAME)


@pytest.fixture
def facts(store):
    return HubFacts(store, timeout_s=30, clock=lambda: NOW)


@pytest.fixture
def impatient(store):
    return HubFacts(store, timeout_s=IMPATIENT_S, clock=lambda: NOW)


def only_problem(answer):
    (problem,) = answer.problems
    return problem


def with_an_earlier_answer(hub, facts):
    """Ask once with success."""
    hub.repository("o/r", file("a.safetensors", 7, SHA256))
    assert facts.ask([url()]).problems == ()


class TestAsking:
    def test_tells_sizes_and_check_sums_of_a_repositorys_files_with_one_request(self, hub, facts):
        hub.repository("o/r", file("a.safetensors", 28_577_145_024, SHA256), file("sub/config.json", 812))
        answer = facts.ask([url(), url(path="sub/config.json")])
        assert (answer.addresses, answer.known, answer.problems, answer.not_asked) == (2, 2, (), ())
        assert facts.fact(url()) == HubFact(28_577_145_024, SHA256, NOW)
        assert facts.fact(url(path="sub/config.json")) == HubFact(812, None, NOW)
        ((path, _),) = hub.requests
        assert parse_qs(urlsplit(path).query) == {"blobs": ["True"]}

    def test_costs_one_request_per_repository(self, hub, facts):
        for name in ("o/r", "o/s", "p/r"):
            hub.repository(name, *(file(f"{number}", number) for number in range(20)))
        answer = facts.ask(url(name, f"{number}") for name in ("o/r", "o/s", "p/r") for number in range(20))
        assert answer.known == 60
        assert hub.counts == dict.fromkeys(["/api/models/o/r", "/api/models/o/s", "/api/models/p/r"], 1)

    def test_asks_four_at_a_time_and_no_more(self, hub, facts):
        four, lock, now, most = threading.Barrier(4), threading.Lock(), [0], [0]

        def together(one):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            four.wait(30)
            with lock:
                now[0] -= 1
            one.send(200, {"id": "x", "siblings": [file("a.safetensors", 1)]})

        hub.default = together
        assert facts.ask(url(f"o/{number}") for number in range(12)).known == 12
        assert most == [4]

    def test_asks_nobody_when_there_is_nothing_to_ask(self, hub, facts, tmp_path):
        assert facts.ask(["ckpts/local.safetensors"]).addresses == 0
        assert hub.requests == []
        assert list(tmp_path.iterdir()) == []

    def test_tells_how_far_it_is(self, hub, facts):
        hub.repository("o/r", file("a.safetensors", 1))
        steps, threads = [], set()

        def progress(done, total):
            steps.append((done, total))
            threads.add(threading.current_thread())

        facts.ask([url(), url("o/gone"), url("o/lost")], progress)
        assert steps == [(1, 3), (2, 3), (3, 3)]
        assert threads == {threading.current_thread()}

    def test_takes_an_address_with_escapes_or_a_query_for_the_same_file(self, hub, facts):
        hub.repository("o/r", file("my model ü.safetensors", 5))
        answer = facts.ask([url(path="my%20model%20%C3%BC.safetensors?download=true")])
        assert (answer.known, answer.problems) == (1, ())
        assert facts.fact(url(path="my model ü.safetensors")) == HubFact(5, None, NOW)

    def test_keeps_the_sizes_of_a_renamed_repository_under_the_name_that_was_asked(self, hub, facts):
        hub.repository("o/new", file("a.safetensors", 5))
        hub.on(
            "/api/models/o/r", lambda one: one.send(307, headers={"Location": "/api/models/o/new?blobs=True"})
        )
        assert facts.ask([url()]).known == 1
        assert facts.fact(url()) == HubFact(5, None, NOW)

    def test_takes_a_check_sum_that_cannot_be_one_for_unknown(self, hub, facts):
        hub.repository("o/r", file("a.safetensors", 5, "short"))
        facts.ask([url()])
        assert facts.fact(url()) == HubFact(5, None, NOW)

    def test_sends_the_users_token_to_the_hub_alone(self, hub, facts, monkeypatch):
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        hub.repository("o/r", file("a.safetensors", 5))
        hub.on("/other.bin", lambda one: one.send(200, b"12345"))
        facts.ask([url(), f"http://{hub.place}/other.bin"])
        sent = {urlsplit(path).path: headers.get("authorization") for path, headers in hub.requests}
        assert sent == {"/api/models/o/r": "Bearer hf_secret", "/other.bin": None}

    def test_goes_through_a_proxy_that_is_set(self, server, facts, monkeypatch):
        monkeypatch.setattr(constants, "ENDPOINT", "http://hub.test/")
        monkeypatch.setenv("HTTP_PROXY", f"http://{server.place}")
        server.repository("o/r", file("a.safetensors", 5))
        assert facts.ask([url()]).problems == ()
        ((path, _),) = server.requests
        assert path.startswith("http://hub.test/api/models/o/r?")


class TestKeeping:
    def test_answers_without_a_server_afterwards(self, hub, facts, store, monkeypatch):
        with_an_earlier_answer(hub, facts)
        monkeypatch.setattr(constants, "ENDPOINT", "http://hub.invalid")
        assert HubFacts(store).fact(url()) == facts.fact(url()) == HubFact(7, SHA256, NOW)
        assert len(hub.requests) == 1

    def test_knows_nothing_before_anything_is_asked_and_makes_no_file(self, facts, tmp_path):
        assert facts.fact(url()) is None
        assert facts.problem is None
        assert list(tmp_path.iterdir()) == []

    def test_replaces_an_earlier_answer_and_forgets_what_is_gone(self, hub, facts, store):
        hub.repository("o/r", file("a.safetensors", 7), file("b.safetensors", 8))
        hub.repository("o/r2", file("a.safetensors", 9))
        facts.ask([url(), url("o/r2")])
        hub.repository("o/r", file("a.safetensors", 70))
        answer = facts.ask([url(), url(path="b.safetensors")])
        assert answer.known == 1
        assert only_problem(answer).subject == "o/r"
        assert "“b.safetensors”" in only_problem(answer).message
        for one in (facts, HubFacts(store)):
            assert one.fact(url()) == HubFact(70, None, NOW)
            assert one.fact(url(path="b.safetensors")) is None
            assert one.fact(url("o/r2")) == HubFact(9, None, NOW)

    def test_goes_on_in_memory_where_nothing_can_be_kept(self, hub, tmp_path):
        (tmp_path / "file").write_text("in the way")
        facts = HubFacts(Store(tmp_path / "file" / FILE_NAME), clock=lambda: NOW)
        hub.repository("o/r", file("a.safetensors", 7))
        hub.repository("o/s", file("a.safetensors", 8))
        answer = facts.ask([url(), url("o/s")])
        assert answer.known == 2
        assert str(tmp_path / "file") in only_problem(answer).message
        assert "WAN2GP_MODEL_TRACKER_HOME" in only_problem(answer).remedy
        assert facts.fact(url()) == HubFact(7, None, NOW)

    @pytest.mark.parametrize("damage", ["UPDATE file_facts SET asked_at = 'once'", "DROP TABLE file_facts"])
    def test_says_why_earlier_answers_cannot_be_read(self, hub, facts, store, damage):
        with_an_earlier_answer(hub, facts)
        with store.writing() as connection:
            connection.execute(damage)
        later = HubFacts(store)
        assert later.fact(url()) is None
        assert later.problem is not None
        assert "damaged" in later.problem.message
        assert "move the file away" in later.problem.remedy

    def test_may_be_asked_from_several_threads_at_once(self, hub):
        facts = HubFacts(MemoryStore(), clock=lambda: NOW)
        for number in range(8):
            hub.repository(f"o/{number}", file("a.safetensors", number))
        threads = [
            threading.Thread(target=facts.ask, args=([url(f"o/{first}"), url(f"o/{first + 1}")],))
            for first in range(0, 8, 2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [facts.fact(url(f"o/{number}")).size_bytes for number in range(8)] == list(range(8))


def cut(one):
    one.send(200, b'{"id": "o/r", "sibl', length=5000)
    one.close_connection = True


def hang_up(one):
    one.close_connection = True


def stall_in_the_middle(one):
    one.send(200, b'{"id": "o/r", "sibl', length=5000)
    one.stall()


def as_json(body):
    return lambda one: one.send(200, body)


def as_status(status, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda one: one.send(status, {"error": "no"}, named)


ENDINGS = {
    "401 without a token": (as_status(401, X_Error_Code="RepoNotFound"), "only after a login", "HF_TOKEN"),
    "401 gated": (as_status(401, X_Error_Code="GatedRepo"), "asks for consent", "huggingface.co/o/r"),
    "403": (as_status(403), "asks for consent", "Accept the conditions on https://huggingface.co/o/r"),
    "403 disabled": (
        as_status(403, X_Error_Message="Access to this resource is disabled."),
        "closed o/r to everyone",
        "another model",
    ),
    "a token that is refused": (
        as_status(401, X_Error_Message="Invalid credentials in Authorization header"),
        "does not accept your access token",
        "settings/tokens",
    ),
    "404": (
        as_status(404, X_Error_Code="RepoNotFound"),
        "o/r does not exist",
        "correct the model's definition",
    ),
    "404 of a strange form": (lambda one: one.send(404, ["no"]), "o/r does not exist", "Update Wan2GP"),
    "429": (as_status(429), "asked too often", "in some minutes"),
    "400": (as_status(400), "HTTP 400", "later"),
    "503": (as_status(503), "server error (503)", "later"),
    "a stalled connection": (Answerer.stall, f"nothing came for {IMPATIENT_S} seconds", "later"),
    "one that stalls in the middle": (
        stall_in_the_middle,
        f"nothing came for {IMPATIENT_S} seconds",
        "later",
    ),
    "a cut connection": (cut, "was cut", "Try again"),
    "one that is cut before the answer": (hang_up, "was cut", "Try again"),
    "a page in place of JSON": (as_json(b"<html>Log in</html>"), "not JSON", "login page"),
    "half of the JSON": (as_json(b'{"id": "o/r", "sibl'), "not JSON", "login page"),
    "a list": (as_json(["o/r"]), "unexpected form", "update"),
    "nothing of a repository": (as_json({}), "unexpected form", "HF_ENDPOINT"),
    "no list of files": (as_json({"id": "o/r"}), "unexpected form", "update"),
    "files without names": (as_json({"id": "o/r", "siblings": [{"size": 1}]}), "unexpected form", "update"),
    "a list of texts": (as_json({"id": "o/r", "siblings": ["a.safetensors"]}), "unexpected form", "update"),
    "a negative size": (as_json({"id": "o/r", "siblings": [file("a", -1)]}), "unexpected form", "update"),
    "a size in words": (as_json({"id": "o/r", "siblings": [file("a", "7 GB")]}), "unexpected form", "update"),
    "a size too large": (
        as_json({"id": "o/r", "siblings": [file("a", 1 << 63)]}),
        "unexpected form",
        "update",
    ),
    "half a check sum": (
        as_json({"id": "o/r", "siblings": [{"rfilename": "a", "size": 1, "lfs": {"oid": "1"}}]}),
        "unexpected form",
        "update",
    ),
    "no sizes": (as_json({"id": "o/r", "siblings": [{"rfilename": "a"}]}), "without their sizes", "mirror"),
    "a circle": (
        lambda one: one.send(302, headers={"Location": "/api/models/o/r"}),
        "in a circle",
        "later",
    ),
}


class TestWhatGoesWrong:
    @pytest.mark.parametrize("ending", ENDINGS)
    def test_is_said_with_its_remedy_and_the_earlier_answer_is_kept(
        self, hub, facts, impatient, store, ending
    ):
        answerer, message, remedy = ENDINGS[ending]
        with_an_earlier_answer(hub, facts)
        hub.on("/api/models/o/r", answerer)
        answer = (impatient if "stall" in ending else facts).ask([url()])
        problem = only_problem(answer)
        assert message in problem.message
        assert remedy in problem.remedy
        assert problem.subject in {"o/r", hub.place}
        assert answer.known == 1
        for one in (facts, HubFacts(store)):
            assert one.fact(url()) == HubFact(7, SHA256, NOW)

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_does_not_hinder_another_repository_that_is_asked_at_the_same_time(
        self, hub, facts, impatient, ending
    ):
        hub.on("/api/models/o/r", ENDINGS[ending][0])
        hub.repository("o/s", file("a.safetensors", 9))
        asking = impatient if "stall" in ending else facts
        answer = asking.ask([url("o/s"), url()])
        assert len(answer.problems) == 1
        assert asking.fact(url("o/s")) == HubFact(9, None, NOW)

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"Retry-After": "55"}, 55),
            ({"Retry-After": "Sat, 01 Aug 2026 12:05:00 GMT"}, 300),
            ({"Retry-After": "Sat, 01 Aug 2026 11:00:00 GMT"}, 0),
            ({"RateLimit": '"api";r=0;t=42', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}, 42),
            ({"Retry-After": "9" * 40}, 7 * 24 * 3600),
            ({"Retry-After": "soon"}, None),
            ({"Retry-After": "-5"}, None),
            ({}, None),
        ],
    )
    def test_too_many_questions_leave_the_rest_and_say_when_to_come_back(self, hub, facts, headers, seconds):
        hub.default = lambda one: one.send(429, {"error": "slow down"}, headers)
        addresses = [url(f"o/{number}") for number in range(20)]
        answer = facts.ask(addresses)
        assert len(hub.requests) <= 4
        assert len(answer.not_asked) == 19
        assert set(answer.not_asked) < set(addresses)
        assert answer.retry_at == (None if seconds is None else NOW + timedelta(seconds=seconds))
        problem = only_problem(answer)
        assert problem.subject == hub.place
        when = f"(in {seconds} s)" if seconds is not None and seconds < 120 else ""
        assert when in problem.remedy

    def test_one_server_that_is_asked_too_often_does_not_stop_the_others(self, hub, facts):
        hub.default = lambda one: one.send(429, {})
        for other in serve(LocalServer()):
            other.on("/a.bin", lambda one: one.send(200, b"123"))
            elsewhere = f"http://{other.place}/a.bin"
            answer = facts.ask([*(url(f"o/{number}") for number in range(9)), elsewhere])
            assert facts.fact(elsewhere) == HubFact(3, None, NOW)
            assert elsewhere not in answer.not_asked

    def test_an_answer_that_drips_is_given_up_after_the_longest_time(self, hub, store):
        def drip(one):
            one.send(200, b'{"id": "', length=5000)
            while not one.server.release.wait(0.02):
                one.wfile.write(b"x")
            one.close_connection = True

        hub.on("/api/models/o/r", drip)
        facts = HubFacts(store, timeout_s=30, longest_s=0.3, clock=lambda: NOW)
        assert "within 0.3 seconds" in only_problem(facts.ask([url()])).message
        hub.release.set()

    def test_an_answer_that_comes_after_it_was_given_up_is_passed_over(self, hub, store):
        given_up, late = threading.Event(), threading.Semaphore(0)

        def too_late(one):
            given_up.wait(30)
            one.send(200, {"id": "x", "siblings": [file("a.safetensors", 1)]})
            late.release()

        def last(one):
            for _ in range(4):
                late.acquire(timeout=30)
            one.send(200, {"id": "x", "siblings": [file("a.safetensors", 2)]})

        hub.default = too_late
        hub.on("/api/models/o/last", last)
        facts = HubFacts(store, timeout_s=30, longest_s=2, clock=lambda: NOW)
        slow = [url(f"o/{number}") for number in range(4)]
        answer = facts.ask([*slow, url("o/last")], lambda done, _: done == 4 and given_up.set())
        assert [problem.subject for problem in answer.problems] == ["o/0", "o/1", "o/2", "o/3"]
        assert facts.fact(url("o/last")) == HubFact(2, None, NOW)

    def test_no_network_is_said_once(self, facts, monkeypatch):
        monkeypatch.setattr(constants, "ENDPOINT", "http://hub.invalid")
        answer = facts.ask(url(f"o/{number}") for number in range(20))
        problem = only_problem(answer)
        assert (problem.subject, problem.message) == ("hub.invalid", "hub.invalid cannot be reached.")
        assert "network connection" in problem.remedy
        assert len(answer.not_asked) == 19

    def test_nobody_at_the_address_is_said(self, facts, monkeypatch):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
        assert "cannot be reached" in only_problem(facts.ask([url()])).message

    def test_a_proxy_that_is_not_there_is_said(self, facts, monkeypatch):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            monkeypatch.setenv("HTTP_PROXY", f"http://name:secret@127.0.0.1:{unused.getsockname()[1]}")
        monkeypatch.setattr(constants, "ENDPOINT", "http://hub.test")
        problem = only_problem(facts.ask([url()]))
        assert problem.message == "The proxy does not lead to hub.test."
        assert "secret" not in str(problem)

    def test_a_connection_that_is_not_safe_is_said(self, hub, facts, monkeypatch):
        monkeypatch.setattr(constants, "ENDPOINT", f"https://{hub.place}")  # it speaks plain HTTP
        assert "No safe connection" in only_problem(facts.ask([url()])).message

    def test_a_certificate_that_is_not_accepted_is_said(self, server, facts, monkeypatch, tmp_path):
        openssl = shutil.which("openssl")
        if openssl is None:
            pytest.skip("needs openssl to make a certificate")
        key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
        options = (
            "req -x509 -nodes -days 1 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=127.0.0.1"
        )
        command = [openssl, *options.split(" "), "-keyout", key, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        monkeypatch.setattr(constants, "ENDPOINT", f"https://{server.place}")
        problem = only_problem(facts.ask([url()]))
        assert f"The certificate of {server.place} is not accepted (self" in problem.message
        assert "REQUESTS_CA_BUNDLE" in problem.remedy

    @pytest.mark.parametrize("endpoint", ["hub.test", "ftp://hub.test", "http://"])
    def test_a_wrong_endpoint_is_said(self, facts, monkeypatch, endpoint):
        monkeypatch.setattr(constants, "ENDPOINT", endpoint)
        problem = only_problem(facts.ask([url()]))
        assert "is not one of http or https" in problem.message
        assert "HF_ENDPOINT" in problem.remedy

    def test_a_token_that_cannot_be_sent_is_said(self, hub, facts, monkeypatch):
        monkeypatch.setenv("HF_TOKEN", "hf_“secret”")
        problem = only_problem(facts.ask([url()]))
        assert "access token" in problem.message
        assert "secret" not in str(problem)

    def test_a_name_that_cannot_be_a_repository_is_said(self, hub, facts):
        assert "cannot be a repository's name" in only_problem(facts.ask([url("o/r--x")])).message
        assert hub.requests == []

    def test_what_nobody_has_thought_of_is_said_too(self, hub, facts, monkeypatch):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "nowhere.pem")
        monkeypatch.setattr(constants, "ENDPOINT", f"https://{hub.place}")
        message = only_problem(facts.ask([url()])).message
        assert "OSError" in message
        assert "nowhere.pem" in message

    @pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
    def test_offline_mode_asks_nobody(self, hub, facts, monkeypatch, name):
        with_an_earlier_answer(hub, facts)
        monkeypatch.setenv(name, "1")
        answer = facts.ask([url(), url("o/s"), f"http://{hub.place}/x.bin"])
        assert "offline mode" in only_problem(answer).message
        assert name in only_problem(answer).remedy
        assert (answer.known, len(answer.not_asked), len(hub.requests)) == (1, 3, 1)

    def test_offline_mode_as_the_library_found_it_counts_too(self, hub, facts, monkeypatch):
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        assert "offline mode" in only_problem(facts.ask([url()])).message
        assert hub.requests == []


class TestCancelling:
    def test_returns_at_once_and_keeps_what_has_come(self, hub, store):
        hub.repository("o/r", file("a.safetensors", 7))
        hub.default = Answerer.stall
        facts = HubFacts(store, timeout_s=30, clock=lambda: NOW)
        addresses = [url(), *(url(f"o/{number}") for number in range(9))]
        answer = facts.ask(addresses, cancelled=lambda: facts.fact(url()) is not None)
        assert answer.was_cancelled
        assert answer.known == 1
        assert set(answer.not_asked) == set(addresses[1:])
        assert answer.problems == ()
        assert len(hub.requests) <= 5
        hub.release.set()

    def test_asks_nothing_when_cancelled_before(self, hub, facts):
        answer = facts.ask([url()], cancelled=lambda: True)
        assert answer.not_asked == (url(),)
        assert hub.requests == []


class TestOtherServers:
    def ask(self, server, facts, answerer, path="/files/a.bin"):
        server.on(path, answerer)
        address = f"http://{server.place}{path}"
        return address, facts.ask([address])

    def test_are_asked_for_the_headers_alone(self, server, facts, store):
        address, answer = self.ask(server, facts, lambda one: one.send(200, length=17_800_043_674))
        assert (answer.known, answer.problems) == (1, ())
        for one in (facts, HubFacts(store)):
            assert one.fact(address) == HubFact(17_800_043_674, None, NOW)
        ((_, headers),) = server.requests
        assert headers["Accept-Encoding"] == "identity"

    def test_may_send_elsewhere(self, server, facts):
        server.on("/real.bin", lambda one: one.send(200, length=99))
        _, answer = self.ask(server, facts, lambda one: one.send(302, headers={"Location": "/real.bin"}))
        assert answer.known == 1

    def test_keep_their_files_apart_when_one_is_asked_again(self, server, facts):
        first, _ = self.ask(server, facts, lambda one: one.send(200, length=1), "/1.bin")
        second, _ = self.ask(server, facts, lambda one: one.send(200, length=2), "/2.bin")
        assert (facts.fact(first).size_bytes, facts.fact(second).size_bytes) == (1, 2)

    @pytest.mark.parametrize(
        ("answerer", "message"),
        [
            (lambda one: one.send(404), "does not exist"),
            (lambda one: one.send(401), "without a login"),
            (lambda one: one.send(429), "asked too often"),
            (lambda one: one.send(405), "HTTP 405"),
            (lambda one: one.send(200, headers={"Content-Type": "text/html; charset=utf-8"}), "shows a page"),
            (lambda one: one.send(200, length="many"), "does not tell the size"),
            (Answerer.stall, f"nothing came for {IMPATIENT_S} seconds"),
            (hang_up, "was cut"),
        ],
    )
    def test_that_do_not_tell_are_named_without_what_is_secret(
        self, server, facts, impatient, answerer, message
    ):
        server.on("/a.bin", answerer)
        asking = impatient if answerer is Answerer.stall else facts
        answer = asking.ask([f"http://name:secret@{server.place}/a.bin?token=secret"])
        assert answer.known == 0
        assert message in only_problem(answer).message
        assert "secret" not in str(only_problem(answer))
        assert "HF_" not in str(only_problem(answer))

    @pytest.mark.parametrize("address", ["http://[broken/a.bin", "http:///a.bin", "https:a.bin", "httpx.bin"])
    def test_with_an_address_that_is_none_are_said(self, facts, address):
        assert facts.ask([address]).known == 0
        assert only_problem(facts.ask([address])).remedy

    def test_hold_other_branches_and_data_sets_of_the_hub(self, facts, monkeypatch):
        asked = []

        def head(address, **_options):
            asked.append(address)
            raise requests.exceptions.ConnectTimeout

        monkeypatch.setattr(requests, "head", head)
        addresses = [
            "https://huggingface.co/o/r/resolve/v1/a.bin",
            "https://huggingface.co/datasets/o/r/resolve/main/a.bin",
        ]
        facts.ask(addresses)
        assert sorted(asked) == sorted(addresses)


def test_nothing_heavy_is_imported_before_the_user_asks():
    code = (
        "import sys, model_tracker.hub.client as hub; from model_tracker.store.database import Store;"
        "hub.HubFacts(Store.at_home()).fact('https://huggingface.co/o/r/resolve/main/a');"
        "print(sorted({'requests', 'urllib3', 'huggingface_hub'} & set(sys.modules)))"
    )
    standalone = Path(__file__).resolve().parents[2] / "standalone"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=standalone, capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
