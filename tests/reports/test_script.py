"""The download scripts, run by the real shell against a server on loopback."""

import os
import shutil
import subprocess
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from model_tracker.reports.script import ScriptForm, download_script

BODY = bytes(range(256)) * 40
SHELLS = [form for form in (ScriptForm.CURL, ScriptForm.WGET) if shutil.which(form.value)]
HOSTILE = [
    "plain.bin",
    "it's.bin",
    "a b.bin",
    "$(touch owned).bin",
    "`touch owned`.bin",
    "-rf.bin",
    "a;b&c.bin",
]


class Hub(BaseHTTPRequestHandler):
    asked: list

    def do_GET(self):
        span = self.headers.get("Range")
        self.server.asked.append((self.path, span, self.headers.get("Authorization")))
        start = int(span.removeprefix("bytes=").rstrip("-")) if span else 0
        if start >= len(BODY):
            self.send_error(416)
            return
        self.send_response(206 if span else 200)
        if span:
            self.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
        self.send_header("Content-Length", str(len(BODY) - start))
        self.end_headers()
        self.wfile.write(BODY[start:])

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def model_of(world, hub, scanned):
    """Return a model whose missing files come from the server on loopback."""

    def made(*names):
        address = f"http://127.0.0.1:{hub.server_port}"
        world.add("m", URLs=world.urls("m.bin"))
        model = scanned()[1][0].tracked
        (first,) = model.to_fetch
        folder = Path(first.path).parent
        files = tuple(
            replace(
                first,
                path=str(folder / "sub" / name),
                required=replace(first.required, url=f"{address}/file/{number}", put=f"sub/{name}"),
            )
            for number, name in enumerate(names)
        )
        return replace(model, to_fetch=files)

    return made


def run(script, folder, **environment):
    path = folder / "fetch.sh"
    path.write_text(script, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        ["sh", str(path)],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("form", SHELLS)
def test_each_file_arrives_where_wan2gp_looks_whatever_its_name_and_a_second_run_fetches_nothing(
    hub, model_of, tmp_path, form
):
    model = model_of(*HOSTILE)
    done = run(download_script(model, form), tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(Path(file.path).read_bytes() == BODY for file in model.to_fetch)
    assert not list(tmp_path.rglob("owned"))
    asked = len(hub.asked)
    assert run(download_script(model, form), tmp_path).returncode == 0
    assert len(hub.asked) == asked == len(HOSTILE)


@pytest.mark.parametrize("form", SHELLS)
def test_a_download_that_was_stopped_goes_on_where_it_was(hub, model_of, tmp_path, form):
    model = model_of("big.bin")
    target = Path(model.to_fetch[0].path)
    target.parent.mkdir(parents=True)
    target.with_name("big.bin.part").write_bytes(BODY[:5000])
    assert run(download_script(model, form), tmp_path).returncode == 0
    assert target.read_bytes() == BODY
    assert [span for _, span, _ in hub.asked] == ["bytes=5000-"]


@pytest.mark.parametrize("form", SHELLS)
def test_a_file_that_cannot_be_fetched_leaves_nothing_that_looks_whole(model_of, tmp_path, form, hub):
    model = model_of("gone.bin")
    file = model.to_fetch[0]
    nowhere = replace(file, required=replace(file.required, url="http://127.0.0.1:9/none"))
    done = run(download_script(replace(model, to_fetch=(nowhere,)), form), tmp_path)
    assert done.returncode != 0
    assert not Path(file.path).exists()


@pytest.mark.parametrize("form", SHELLS)
def test_the_token_goes_to_the_hub_alone(hub, model_of, tmp_path, form):
    run(download_script(model_of("a.bin"), form), tmp_path, HF_TOKEN="hf_secret")
    assert [token for _, _, token in hub.asked] == [None]


def on_hub(model):
    file = model.to_fetch[0]
    url = "https://huggingface.co/owner/repo/resolve/main/folder/a%20b.bin"
    return replace(model, to_fetch=(replace(file, required=replace(file.required, url=url)),))


def test_hf_is_asked_for_repository_revision_and_path_and_the_file_is_moved_to_its_place(model_of, tmp_path):
    """A stand-in for the command tells what it was given, and makes the file as the real one does."""
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "hf").write_text(
        "#!/bin/sh\n"
        'echo "$@" > "$TOLD"\n'
        'for word in "$@"; do case $word in --local-dir=*) folder=${word#--local-dir=};; esac; last=$word; done\n'
        'mkdir -p "$(dirname "$folder/$last")"; echo whole > "$folder/$last"\n',
        encoding="utf-8",
    )
    (tools / "hf").chmod(0o755)
    model = on_hub(model_of("it's here.bin"))
    told = tmp_path / "told"
    done = run(
        download_script(model, ScriptForm.HF), tmp_path, PATH=f"{tools}:{os.environ['PATH']}", TOLD=str(told)
    )
    assert done.returncode == 0, done.stderr
    assert told.read_text().split()[-4:] == ["--", "owner/repo", "folder/a", "b.bin"]
    assert "--revision=main" in told.read_text()
    target = Path(model.to_fetch[0].path)
    assert target.read_text() == "whole\n"
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_hf_names_what_is_not_on_the_hub(model_of):
    script = download_script(model_of("a.bin"), ScriptForm.HF)
    assert "# Not on the Hugging Face Hub" in script
    assert "\nfetch " not in script


def test_powershell_takes_names_literally(model_of):
    script = download_script(model_of("it's \u2019quoted\u2018 $(x) `y`.bin"), ScriptForm.POWERSHELL)
    (call,) = [line for line in script.splitlines() if line.startswith("Get-ModelFile ")]
    assert call.endswith("it''s \u2019\u2019quoted\u2018\u2018 $(x) `y`.bin'")


@pytest.mark.parametrize("form", ScriptForm)
def test_a_name_cannot_leave_its_comment(model_of, form):
    model = replace(model_of("a.bin"), name="x\nrm -rf /\r\n#")
    assert not [line for line in download_script(model, form).splitlines() if line.startswith("rm")]


@pytest.mark.parametrize("form", ScriptForm)
def test_a_file_without_address_and_a_folder_are_named_but_not_fetched(model_of, form):
    model = model_of("a.bin")
    (file,) = model.to_fetch
    for required in (replace(file.required, url=None), replace(file.required, url="ftp://a/b")):
        script = download_script(replace(model, to_fetch=(replace(file, required=required),)), form)
        assert "Not fetched by this script" in script
    assert "nothing tells where" in download_script(replace(model, stopped_by=file), form)
