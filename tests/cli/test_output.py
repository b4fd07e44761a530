"""Tables on terminals of any width."""

import pytest

from trainstop.cli import output

WIDE = (
    ["a", "b", "c", "d", "e", "f"],
    [["x" * 30, None, 1, 2.5, True, "end"], ["[b]y[/b]\x1b[1m", 0, 0, 0, False, ""]],
)
NARROW = (["name", "text"], [["abc-" * 8, "word " * 30], ["id", "\ttab"]])


@pytest.fixture
def printed(capsys, monkeypatch):
    def print_at(width, table, **options):
        if width:
            monkeypatch.setenv("COLUMNS", str(width))
        output.print_table(*table, **options)
        return capsys.readouterr().out.splitlines()

    return print_at


def test_where_no_width_is_known_a_row_is_a_line_however_long(printed):
    lines = printed(None, NARROW)
    assert len(lines) == 3
    assert lines[1].startswith("abc-" * 8 + "  word")


def test_a_narrow_table_is_folded_to_the_width_and_loses_nothing(printed):
    lines = printed(40, NARROW)
    assert max(map(len, lines)) <= 40
    assert "".join("".join(lines).split()).count("word") == 30


def test_a_whole_column_is_never_folded(printed):
    assert any(line.startswith("abc-" * 8) for line in printed(60, NARROW, whole={"name"}))


def test_many_columns_that_do_not_fit_become_a_record_a_row(printed):
    assert printed(30, WIDE)[:8] == [
        "a  " + "x" * 27,
        "   xxx",
        "b",
        "c  1",
        "d  2.5",
        "e  True",
        "f  end",
        "",
    ]


def test_many_columns_that_fit_stay_a_table(printed):
    assert len(printed(80, WIDE)) == 3


def test_numbers_stand_at_the_right_of_their_column(printed):
    assert printed(None, (["n", "note"], [[7, ""], [12345, "x"]])) == ["n      note", "    7", "12345  x"]


@pytest.mark.parametrize("width", [None, 20, 80])
def test_no_cell_is_markup_or_steers_the_terminal(printed, width):
    text = "".join(printed(width, WIDE))
    assert "\x1b" not in text
    assert "[b]y[/b]" in text


def test_facts_keep_to_80_columns_and_no_line_ends_in_blanks(capsys):
    output.print_facts([("Label", "word " * 40), ("", ""), ("Other", "x" * 200)])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert "".join(lines).count("x") == 200


def test_json_is_ascii_so_that_nothing_in_it_steers_a_terminal(capsys):
    output.print_json({"text": "\x9b31m é \u202e"})
    assert capsys.readouterr().out.isascii()


def test_a_remark_is_one_clean_line_on_standard_error(capsys):
    output.remark("first\nsecond \x1b[31mred")
    assert capsys.readouterr() == ("", "first second red\n")
