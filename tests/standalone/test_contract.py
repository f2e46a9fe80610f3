"""The contract check reads a checkout and runs nothing of it."""

import json
import subprocess
import sys
from pathlib import Path

import contract
import pytest

WGP = '''
"""A program that must not run."""
raise SystemExit("it was run")
WanGP_version = "99.1"
RIFE_V4_FILENAME = "rife4.26.pkl"
from shared.utils import files_locator as fl
from mmgp import quant_router

models_def, server_config, args, families_infos = {}, {}, None, {}
transformer_quantization = text_encoder_quantization = transformer_dtype_policy = ""
bfloat16_supported = True


def get_model_filename(model_type, quantization=print("defaults were run"), model_def=None):
    """Say something."""
    return "x"  # a comment


def query_core_shared_model_files():
    return {}


def download_models(model_filename=None, model_type=None, file_type=0, model_def=None):
    process_files_def(**query_core_shared_model_files())
    handler.query_model_files()
    get_lora_local_path()
'''
HANDLER = """
class family_handler:
    @staticmethod
    def query_model_files(computeList, base_model_type, model_def=None):
        raise RuntimeError
"""


@pytest.fixture
def checkout(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    write("wgp.py", WGP)
    write("shared/utils/files_locator.py", "def locate_file(file_name):\n    return None\n")
    write("models/wan/wan_handler.py", HANDLER)
    write("models/wan/broken_handler.py", "def (")
    return tmp_path


def change(checkout, before, after):
    path = checkout / "wgp.py"
    assert before in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return contract.look_at(checkout)


def recorded(found):
    return {"99.1": {"functions": dict(found.functions), "handlers": dict(found.handlers)}}


def test_it_reads_version_names_and_signatures_and_runs_nothing(checkout, capsys):
    found = contract.look_at(checkout)
    assert found.version == "99.1"
    assert found.signatures["shared/utils/files_locator.py: locate_file"] == "(file_name)"
    assert found.handlers["query_model_files"] == ["(computeList, base_model_type, model_def=None)"]
    assert "defaults were run" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  # a comment", ""),
        ('    """Say something."""\n', ""),
        ("model_type, quant", "model_type: str, quant"),
    ],
    ids=["comment", "docstring", "type"],
)
def test_what_moves_no_file_is_no_change(checkout, before, after):
    known = recorded(contract.look_at(checkout))
    lines, _ = contract.report(change(checkout, before, after), known)
    assert not any("CHANGED" in line or "NEW" in line for line in lines)


def test_what_is_changed_new_and_gone_is_told(checkout):
    known = recorded(contract.look_at(checkout))
    found = change(checkout, 'return "x"', 'return "y"')
    found = change(checkout, "def query_core_shared_model_files", "def get_lora_root")
    lines, is_known = contract.report(found, known)
    assert not is_known
    told = "\n".join(lines)
    assert (
        "get_model_filename(model_type, quantization=print('defaults were run'), model_def=None): CHANGED"
        in told
    )
    assert "wgp.py: get_lora_root(): NEW" in told
    assert "wgp.py: query_core_shared_model_files: GONE" in told
    assert "Not sure: nothing tells which helper files are downloaded with every model." in told


def test_a_handler_that_is_asked_otherwise_is_told(checkout):
    known = recorded(contract.look_at(checkout))
    path = checkout / "models/wan/wan_handler.py"
    path.write_text(HANDLER.replace("model_def=None", "model_def, context"), encoding="utf-8")
    lines, is_known = contract.report(contract.look_at(checkout), known)
    assert not is_known
    assert any(
        "query_model_files(computeList, base_model_type, model_def, context): NEW" in line for line in lines
    )


def test_the_command_says_so_by_its_exit_code(checkout):
    root = Path(contract.__file__).parent
    done = subprocess.run(
        [sys.executable, "-m", "contract", str(checkout)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Wan2GP 99.1" in done.stdout
    assert "it was run" not in done.stdout + done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "contract", str(root)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "has no wgp.py" in done.stderr


def test_recorded_versions_hold_fingerprints_and_signatures_only():
    document = json.loads(contract.RECORDS.read_text(encoding="utf-8"))
    assert list(document["versions"]) == ["9.9", "10.56", "11.13", "12.23", "12.34", "12.60"]
    for one in document["versions"].values():
        assert all(len(mark) == 12 for mark in one["functions"].values())
        assert one["handlers"]["query_model_files"]
