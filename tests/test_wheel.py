"""The wheel is whole: it carries SQL, migrations, templates and the look, and the command line runs from it."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_wheel_runs_outside_the_repository(tmp_path: Path) -> None:
    built = tmp_path / "built"
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*command, str(built), str(ROOT)], check=True, cwd=tmp_path)
    (wheel,) = built.glob("placements-*.whl")
    whole = tmp_path / "whole"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(whole)

    run = "import sys; sys.path.insert(0, sys.argv[1]); import infra; assert infra.__file__.startswith(sys.argv[1]);"
    run += "from infra.event_store.schema import statements; print(len(statements()));"
    run += "import infra.documents.rendering;"  # reads its templates
    run += "import services.gateway.commands.examples;"  # reads the story
    run += "from services.gateway.http.html import index; index();"
    run += "from services.gateway.pages.web.assets import Assets; Assets('').url('govuk.css');"
    run += "from services.cli import main; sys.argv[1:] = ['--help']; main()"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", run, str(whole)], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert "Alternative provision placements" in ran.stdout
