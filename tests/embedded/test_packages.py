"""Downloads that were cut off, moved or damaged are never taken for an installation."""

import threading

import pytest

from vitals.embedded import debian, packages
from vitals.embedded.errors import EmbeddedError


def build(folder):
    (folder / "program").write_text("whole")


def test_download_that_was_cut_off_is_done_again(tmp_path):
    target = tmp_path / "server"

    def cut_off(folder):
        (folder / "program").write_text("half")
        raise EmbeddedError("network lost")

    with pytest.raises(EmbeddedError, match="network lost"):
        packages.install(target, "program", cut_off)
    assert not target.exists()
    packages.install(target, "program", build)
    assert (target / "program").read_text() == "whole"


def test_leftovers_of_a_killed_run_are_swept_away(tmp_path):
    part = tmp_path / "server.part"
    part.mkdir()
    (part / "rubbish").touch()
    packages.install(tmp_path / "server", "program", build)
    assert sorted(path.name for path in (tmp_path / "server").iterdir()) == [
        "installed-at",
        "program",
    ]


def test_folder_without_its_mark_is_not_trusted(tmp_path):
    target = tmp_path / "server"
    target.mkdir()
    (target / "program").write_text("half")
    packages.install(target, "program", build)
    assert (target / "program").read_text() == "whole"


def test_moved_folder_is_built_again(tmp_path):
    packages.install(tmp_path / "old", "program", build)
    (tmp_path / "old" / "program").write_text("points to the old place")
    (tmp_path / "old").rename(tmp_path / "new")
    packages.install(tmp_path / "new", "program", build)
    assert (tmp_path / "new" / "program").read_text() == "whole"


def test_missing_program_is_installed_again(tmp_path):
    target = packages.install(tmp_path / "server", "program", build)
    (target / "program").unlink()
    packages.install(target, "program", build)
    assert (target / "program").exists()


def test_two_runs_at_once_build_once(tmp_path):
    built = []

    def slow(folder):
        built.append(folder)
        build(folder)

    def run():
        packages.install(tmp_path / "server", "program", slow)

    runs = [threading.Thread(target=run) for _ in range(4)]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    assert len(built) == 1


def test_failing_command_becomes_one_line(tmp_path):
    with pytest.raises(EmbeddedError) as failed:
        packages.run(["sh", "-c", "echo first; echo reason >&2; exit 3"])
    assert str(failed.value).endswith("failed: reason")


ONE_LINE = "deb [arch=amd64] http://mirror.example/debian bookworm main contrib\n"
DEB822 = """\
Types: deb
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""
OTHERS = """\
deb http://apt.example/linux/debian bookworm stable
deb http://tools.example/ bookworm main
"""


@pytest.fixture
def apt_sources(tmp_path, monkeypatch):
    """Make apt read its sources from files given by name and content."""

    def give(**files):
        folder = tmp_path / "sources.list.d"
        folder.mkdir()
        for name, content in files.items():
            (folder / name.replace("_", ".")).write_text(content)
        config = tmp_path / "apt.conf"
        config.write_text(
            f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{folder}";\n'
            f'Dir::State "{tmp_path}";\nDir::Cache "{tmp_path}";\n'
        )
        (tmp_path / "lists" / "partial").mkdir(parents=True)
        (tmp_path / "archives" / "partial").mkdir(parents=True)
        monkeypatch.setenv("APT_CONFIG", str(config))

    return give


def test_mirror_is_the_one_of_the_machine(apt_sources):
    apt_sources(debian_sources=DEB822)
    assert debian._machine_mirrors() == (
        "http://mirror.example/debian",
        "http://mirror.example/debian-security",
    )


def test_mirror_of_the_old_format_among_others(apt_sources):
    apt_sources(debian_list=ONE_LINE, others_list=OTHERS)
    assert debian._machine_mirrors() == ("http://mirror.example/debian", None)


def test_machine_without_a_debian_mirror_is_told_the_setting(apt_sources):
    apt_sources(ubuntu_list="deb http://archive.example/ubuntu noble main\n")
    with pytest.raises(EmbeddedError, match="VITALS_DEBIAN_MIRROR"):
        debian._machine_mirrors()


def test_machine_without_apt_is_told_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedError, match="AIRFLOW_CONN_VITALS_WAREHOUSE"):
        debian._machine_mirrors()


def test_given_mirror_is_used_as_it_is():
    sources = debian._sources("http://mine.example/debian")
    assert "http://mine.example/debian trixie main" in sources
    assert sources.count("\n") == 1
