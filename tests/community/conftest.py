"""A TimescaleDB community server for each module, compiled to WebAssembly and run by Node.js."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from vitals import warehouse

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node_modules(test_settings) -> Path:
    """The installed engine, kept beside the other downloaded packages."""
    if not shutil.which("npm"):
        if os.environ.get("CI"):
            pytest.fail("the community lane needs Node.js 20: install nodejs and npm")
        pytest.skip("the community lane needs Node.js 20: install nodejs and npm")
    folder = test_settings.packages / "timescaledb-community"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copyfile(HERE / name, folder / name)
    if not (folder / "node_modules" / "@electric-sql" / "pglite").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def community_dsn(node_modules, tmp_path_factory):
    """DSN of a new, migrated community warehouse."""
    data = tmp_path_factory.mktemp("community") / "data"
    command = ["node", "server.mjs", "0", str(data)]
    server = subprocess.Popen(command, cwd=node_modules, stdout=subprocess.PIPE, text=True)
    try:
        port = next(line for line in server.stdout if line.startswith("ready")).split()[1]
        dsn = f"postgresql://vitals:unchecked@127.0.0.1:{port}/vitals"
        warehouse.migrate(dsn)
        yield dsn
    finally:
        server.terminate()
        server.wait(timeout=60)
