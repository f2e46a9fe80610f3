"""The download scripts, run by the real shells and the real commands against a server on loopback."""

import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from model_tracker.reports.script import ScriptForm, download_script

BODY = bytes(range(256)) * 40
SHELLS = [shell for shell in ("dash", "bash", "sh") if shutil.which(shell)]
ON_HUB = "https://huggingface.co/"
HOSTILE = [
    "plain.bin",
    "it's.bin",
    'say "a".bin',
    "a b  c.bin",
    "$(touch owned).bin",
    "${HOME}.bin",
    "`touch owned`.bin",
    "-rf.bin",
    "--output.bin",
    "a;touch owned;&b|c>d.bin",
    "a#1[1-3]{x,y}*?.bin",
    "\\n%s%d.bin",
    "~.bin",
    "!!.bin",
    "été ‘ё’ 模型.bin",
]

pytestmark = pytest.mark.skipif(not SHELLS or os.name == "nt", reason="needs a POSIX shell")


class Hub(BaseHTTPRequestHandler):
    """Has one body at every path; with what the command “hf” wants to know of a file."""

    def do_HEAD(self):
        self.send_response(200)
        self.tell(len(BODY))

    def do_GET(self):
        hub, span = self.server, self.headers.get("Range")
        hub.asked.append((self.path, span, self.headers.get("Authorization"), self.headers.get("Host")))
        if hub.redirect and not self.path.startswith("/elsewhere"):
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{hub.server_port}/elsewhere")
            self.tell(0)
        elif "gone" in self.path:
            self.send_error(404)
        else:
            self.send_body(int(span.removeprefix("bytes=").rstrip("-")) if span and hub.ranges else 0)

    def send_body(self, start):
        if start >= len(BODY):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
        self.tell(len(BODY) - start)
        self.wfile.write(BODY[start:][: self.server.stops_after])
        self.server.stops_after = None

    def tell(self, length):
        self.send_header("Content-Length", str(length))
        self.send_header("ETag", f'"{"0" * 40}"')
        self.send_header("X-Repo-Commit", "1" * 40)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.asked, server.redirect, server.ranges, server.stops_after = [], False, True, None
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def model_of(world, scanned):
    """Return a model that lacks files of these names, at addresses of the Hub's."""
    world.add("m", URLs=world.urls("m.bin"))
    model = scanned()[1][0].tracked
    (first,) = model.to_fetch
    folder = world.home / "ckpts" / "sub folder"

    def made(*names, url=f"{ON_HUB}owner/repo/resolve/main/file/{{number}}"):
        files = [
            replace(
                first,
                path=f"{folder}/{name}",
                required=replace(first.required, name=name, url=url.format(number=number)),
            )
            for number, name in enumerate(names)
        ]
        return replace(model, to_fetch=tuple(files))

    return made


@pytest.fixture
def run(hub, tmp_path):
    """Run a script whose Hub is the server on loopback."""

    def running(script, shell="sh", **environment):
        path = tmp_path / "fetch.sh"
        path.write_text(script.replace(ON_HUB, f"{hub.address}/"), encoding="utf-8")
        ours = ("proxy", "hf_", "hugging")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not any(mark in name.lower() for mark in ours)
        }
        return subprocess.run(
            [shell, str(path)],
            cwd=tmp_path,
            env={**kept, "HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return running


def needs(form):
    return pytest.mark.skipif(not shutil.which(form.value), reason=f"needs {form.value}")


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=needs(form)) for form in (ScriptForm.CURL, ScriptForm.WGET)]
)
class TestCurlAndWget:
    @pytest.mark.parametrize("shell", SHELLS)
    def test_each_file_arrives_where_wan2gp_looks_whatever_its_name_and_a_second_run_fetches_nothing(
        self, hub, model_of, run, tmp_path, shell, form
    ):
        model = model_of(*HOSTILE)
        script = download_script(model, form)
        done = run(script, shell)
        assert done.returncode == 0, done.stderr
        assert all(Path(file.path).read_bytes() == BODY for file in model.to_fetch)
        assert len(files_below(tmp_path)) == len(HOSTILE) + 1  # and the script
        again = run(script, shell)
        assert again.returncode == 0, again.stderr
        assert again.stdout.count("there already") == len(hub.asked) == len(HOSTILE)

    def test_a_second_run_goes_on_where_the_first_was_stopped(self, hub, model_of, run, form):
        model = model_of("big.bin")
        target = Path(model.to_fetch[0].path)
        target.parent.mkdir(parents=True)
        target.with_name("big.bin.part").write_bytes(BODY[:5000])
        assert run(download_script(model, form)).returncode == 0
        assert target.read_bytes() == BODY
        assert [span for _, span, *_ in hub.asked] == ["bytes=5000-"]
        assert [path.name for path in target.parent.iterdir()] == ["big.bin"]

    @pytest.mark.parametrize("ranges", [True, False])
    @pytest.mark.parametrize("length", [len(BODY) - 1, len(BODY), len(BODY) + 9])
    def test_a_part_from_which_the_server_cannot_go_on_is_fetched_anew(
        self, hub, model_of, run, ranges, length, form
    ):
        """As after a break between the last byte and the new name, or where the file has changed since."""
        hub.ranges = ranges
        model = model_of("big.bin")
        target = Path(model.to_fetch[0].path)
        target.parent.mkdir(parents=True)
        target.with_name("big.bin.part").write_bytes((BODY * 2)[:length])
        done = run(download_script(model, form))
        assert done.returncode == 0, done.stderr
        assert target.read_bytes() == BODY

    def test_one_that_cannot_be_fetched_keeps_no_other_from_coming(self, model_of, run, form):
        model = model_of("a.bin", "b.bin")
        first, second = model.to_fetch
        gone = replace(first, required=replace(first.required, url=f"{ON_HUB}gone"))
        done = run(download_script(replace(model, to_fetch=(gone, second)), form))
        assert done.returncode == 1
        assert "1 not downloaded" in done.stderr
        assert not list(Path(gone.path).parent.glob("a.bin*"))
        assert Path(second.path).read_bytes() == BODY


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
class TestCurl:
    def test_a_download_that_breaks_off_is_not_taken_for_whole_and_goes_on_in_the_next_run(
        self, hub, model_of, run
    ):
        model = model_of("big.bin")
        target = Path(model.to_fetch[0].path)
        script = download_script(model, ScriptForm.CURL)
        hub.stops_after = 5000
        broken = run(script)
        assert broken.returncode == 1
        assert f"NOT downloaded: {target}" in broken.stderr
        assert not target.exists()
        assert run(script).returncode == 0
        assert target.read_bytes() == BODY
        assert [span for _, span, *_ in hub.asked] == [None, "bytes=5000-"]
        assert [path.name for path in target.parent.iterdir()] == ["big.bin"]

    def test_the_token_goes_to_the_hub_alone(self, hub, model_of, run):
        """Not to the server to which the Hub sends on."""
        hub.redirect = True
        script = download_script(model_of("a.bin"), ScriptForm.CURL)
        assert "hf_secret" not in script
        assert run(script, HF_TOKEN="hf_secret").returncode == 0
        told = [(path.split("/")[1], token) for path, _, token, _ in hub.asked]
        assert told == [("owner", "Bearer hf_secret"), ("elsewhere", None)]

    @pytest.mark.parametrize(
        "url",
        [
            "http://huggingface.co/a",
            "https://huggingface.co.evil.test/a",
            "https://huggingface.co@evil.test/a",
            "https://evil.test/https://huggingface.co/a",
            "https://cdn-lfs.huggingface.co/a",
        ],
    )
    def test_no_token_is_made_for_an_address_that_only_looks_like_the_hubs(self, model_of, tmp_path, url):
        """A stand-in for curl tells whether it was given one."""
        tools = tmp_path / "tools"
        tools.mkdir()
        (tools / "curl").write_text('#!/bin/sh\necho "$@" >> "$TOLD"\ncat >> "$TOLD"\n', encoding="utf-8")
        (tools / "curl").chmod(0o755)
        script = tmp_path / "s.sh"
        told = tmp_path / "told"
        for address in (url, "https://huggingface.co/a"):
            script.write_text(download_script(model_of("a.bin", url=address), ScriptForm.CURL))
            environment = {"PATH": f"{tools}:{os.environ['PATH']}", "HF_TOKEN": "hf_x", "TOLD": str(told)}
            subprocess.run(
                ["sh", str(script)],
                env=environment,
                stdin=subprocess.DEVNULL,
                check=False,
                capture_output=True,
            )
            assert ("Bearer hf_x" in told.read_text()) is (address != url)

    def test_an_address_with_spaces_and_other_letters_is_encoded_as_it_must_be(self, hub, model_of, run):
        model = model_of("a.bin", url=f"{ON_HUB}o/r/resolve/main/a b%20[1-2]{{{{x}}}}/é.bin?download=true")
        done = run(download_script(model, ScriptForm.CURL))
        assert done.returncode == 0, done.stderr
        ((path, *_),) = hub.asked
        assert path == "/o/r/resolve/main/a%20b%20[1-2]%7Bx%7D/%C3%A9.bin?download=true"


def test_wget_is_given_no_token_since_it_would_pass_it_on(hub, model_of, run):
    if not shutil.which("wget"):
        pytest.skip("needs wget")
    hub.redirect = True
    assert run(download_script(model_of("a.bin"), ScriptForm.WGET), HF_TOKEN="hf_secret").returncode == 0
    assert [token for _, _, token, _ in hub.asked] == [None, None]


class TestHf:
    @pytest.fixture
    def hf(self, run, hub):
        command = Path(sys.executable).with_name("hf")
        if not command.exists():
            pytest.skip("needs the command “hf”")
        path = f"{command.parent}:{os.environ['PATH']}"
        return lambda script: run(
            script, PATH=path, HF_ENDPOINT=hub.address, HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_XET="1"
        )

    def test_the_real_command_puts_each_file_in_its_place_and_leaves_nothing_else(
        self, hf, model_of, hub, tmp_path
    ):
        names = ["it's $(touch owned) here.bin", "-rf.bin"]
        model = model_of(*names, url=f"{ON_HUB}owner/repo/resolve/refs%2Fpr%2F1/folder/a%20b{{number}}.bin")
        script = download_script(model, ScriptForm.HF)
        done = hf(script)
        assert done.returncode == 0, done.stderr
        assert all(Path(file.path).read_bytes() == BODY for file in model.to_fetch)
        folder = Path(model.to_fetch[0].path).parent
        assert files_below(folder) == sorted(names)
        assert not list(tmp_path.rglob("owned"))
        assert {unquote(path) for path, *_ in hub.asked} == {
            f"/owner/repo/resolve/refs/pr/1/folder/a b{number}.bin" for number in range(2)
        }
        before = len(hub.asked)
        assert hf(script).stdout.count("there already") == 2
        assert len(hub.asked) == before

    def test_one_that_fails_leaves_nothing_that_looks_whole(self, hf, model_of):
        model = model_of("a.bin", url=f"{ON_HUB}owner/repo/resolve/main/gone.bin")
        done = hf(download_script(model, ScriptForm.HF))
        assert done.returncode == 1
        assert "NOT downloaded" in done.stderr
        assert not Path(model.to_fetch[0].path).exists()

    @pytest.mark.parametrize(
        "url",
        [
            "https://files.test/a/b/resolve/main/a.bin",
            f"{ON_HUB}datasets/a/b/resolve/main/a.bin",
            f"{ON_HUB}a.bin",
        ],
    )
    def test_what_is_in_no_model_repository_is_named_with_its_address(self, model_of, url):
        script = download_script(model_of("a.bin", url=url), ScriptForm.HF)
        assert (
            f"# Not downloaded here: it is not in a model repository of huggingface.co. Use another form of this script for {url}"
            in script
        )
        assert "\nfetch " not in script

    @pytest.mark.parametrize("path", ["..%2F..%2Fa.bin", "a/../../b.bin", "a%0Arm.bin", "%2Fetc/a.bin"])
    def test_a_path_that_climbs_is_not_fetched(self, model_of, path):
        script = download_script(model_of("a.bin", url=f"{ON_HUB}a/b/resolve/main/{path}"), ScriptForm.HF)
        assert "# Not downloaded here: its URL is no plain path" in script
        assert "\nfetch " not in script


def literal(text):
    """Read a literal string of PowerShell from the start of a text: its value and what follows.

    Any of five quotation marks opens and closes it; two in a row stand for the first of them.
    """
    quotes = "'\u2018\u2019\u201a\u201b"
    assert text[0] in quotes
    value, place = "", 1
    while text[place] not in quotes or text[place + 1 : place + 2] in [*quotes]:
        value += text[place]
        place += 2 if text[place] in quotes else 1
    return value, text[place + 1 :]


class TestPowerShell:
    @pytest.mark.parametrize(
        "name",
        [*HOSTILE, "'", "''", "\u2018", "'\u2019", "\u201a\u201b'", "a'; rm x #", "\u2019;rm x;\u2018"],
    )
    def test_every_name_is_a_literal_string(self, model_of, name):
        model = replace(model_of(name), name=name)
        script = download_script(model, ScriptForm.POWERSHELL)
        (call,) = [line for line in script.splitlines() if line.startswith("Get-ModelFile ")]
        url, rest = literal(call.removeprefix("Get-ModelFile "))
        path, rest = literal(rest.removeprefix(" "))
        assert (url, path, rest) == (model.to_fetch[0].required.url, model.to_fetch[0].path, "")

    def test_it_begins_with_the_mark_that_powershell_5_needs_to_read_utf_8(self, model_of):
        """In ANSI the second byte of “ё” is a quotation mark."""
        script = download_script(model_of("ё.bin"), ScriptForm.POWERSHELL)
        assert script.encode().startswith(b"\xef\xbb\xbf# Downloads 1 file")

    def test_what_it_does_not_fetch_is_a_literal_string_too(self, model_of):
        name = "x'; rm y; \u2018$(z)"
        model = model_of(name)
        script = download_script(replace(model, stopped_by=model.to_fetch[0]), ScriptForm.POWERSHELL)
        (line,) = [line for line in script.splitlines() if line.startswith("$leftOut = ")]
        assert literal(line.removeprefix("$leftOut = ")) == (f"Not downloaded by this script: {name}.", "")


@pytest.mark.parametrize("form", ScriptForm)
class TestEveryForm:
    def test_the_head_tells_model_number_and_size(self, model_of, form):
        script = download_script(model_of("a.bin", "b.bin"), form)
        assert "# Downloads 2 files, unknown size, for m (m).\n" in script

    @pytest.mark.parametrize("text", ["x\nrm -rf /\r\n#", "x\u2028rm", "x\x85rm", "x\rrm", "\x00\x1b[2J"])
    def test_nothing_leaves_its_comment(self, model_of, form, text):
        model = model_of("a.bin")
        (file,) = model.to_fetch
        named = replace(file, required=replace(file.required, name=text))
        usual = len(download_script(replace(model, stopped_by=file), form).splitlines())
        script = download_script(replace(model, name=text, to_fetch=(named,), stopped_by=named), form)
        assert len(script.splitlines()) == usual
        assert not re.search("(?m)^rm|[\x00\x1b]", script)

    @pytest.mark.parametrize("name", ["a\nb.bin", "a\rb.bin", "\x1b[2J.bin", "a\u202eb.bin", "a\ud800b.bin"])
    def test_a_path_with_control_characters_is_left_to_wan2gp(self, model_of, form, name):
        script = download_script(model_of(name), form)
        assert "# Not downloaded here: its path or URL has control characters." in script
        assert "\nfetch " not in script
        assert "\nGet-ModelFile " not in script
        assert script.encode()

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"url": None}, "it has no download URL"),
            ({"url": "ftp://a/b"}, "it has no download URL"),
            ({"url": "https://[a/b"}, "its URL is malformed"),
            ({"is_folder": True}, "it is a whole folder of a repository"),
        ],
    )
    def test_what_cannot_be_fetched_is_named_in_a_comment_and_at_the_end(self, model_of, form, changes, why):
        model = model_of("a.bin", "b.bin")
        first, second = model.to_fetch
        changed = replace(first, required=replace(first.required, **changes))
        script = download_script(replace(model, to_fetch=(changed, second)), form)
        assert f"# Not downloaded here: {why}" in script
        assert "# Downloads 1 file, " in script
        assert "Not downloaded by this script: a.bin." in script.splitlines()[-3]

    def test_the_file_at_which_generate_stops_is_named(self, model_of, form):
        model = model_of("a.bin")
        script = download_script(replace(model, stopped_by=model.to_fetch[0]), form)
        assert "# Not downloaded here: a.bin. It has no download URL: put it there by hand." in script

    def test_nothing_to_fetch_makes_a_script_that_does_nothing(self, model_of, form):
        assert "# Downloads nothing for m (m)." in download_script(model_of(), form)

    def test_a_damaged_file_is_named_with_its_remedy(self, world, scanned, form, cut_file):
        world.add("m", URLs=world.urls("m.safetensors"), preload_URLs=world.urls("p.bin"))
        (path,) = world.put("ckpts/m.safetensors")
        cut_file(path, path.stat().st_size - 1)
        script = download_script(scanned()[1][0].tracked, form)
        assert f"# Broken: {path}. Delete it and let Wan2GP download it again." in script


@pytest.mark.parametrize("form", [ScriptForm.HF, ScriptForm.CURL, ScriptForm.WGET])
def test_paths_of_windows_are_for_git_bash_and_touch_nothing_elsewhere(model_of, run, tmp_path, form):
    model = model_of("a.bin")
    (file,) = model.to_fetch
    script = download_script(replace(model, to_fetch=(replace(file, path="D:\\a b\\c.bin"),)), form)
    assert "'D:/a b/c.bin'" in script
    done = run(script)
    assert done.returncode == 1
    assert "paths of Windows" in done.stderr
    assert files_below(tmp_path) == ["fetch.sh"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("form", [ScriptForm.HF, ScriptForm.CURL, ScriptForm.WGET])
def test_without_its_command_a_script_says_what_it_needs(model_of, run, form, shell, tmp_path):
    script = download_script(model_of("a.bin"), form)
    done = run(script, shutil.which(shell), PATH=str(tmp_path))
    assert done.returncode == 1
    assert "This needs the command " in done.stderr
