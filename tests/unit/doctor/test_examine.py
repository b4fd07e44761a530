import threading
from types import SimpleNamespace

from trainstop.app.doctor.checks import CHECKS, Check
from trainstop.app.doctor.examine import examine, worst
from trainstop.domain.health import Health, UncheckableError, note, ok

SITE = SimpleNamespace()


def check(name, examine_site):
    return Check(name, "?", (), examine_site)


def test_checks_run_side_by_side_and_come_in_their_order():
    meeting = threading.Barrier(2)

    def meet(_):
        meeting.wait(10)
        return [ok("met")]

    examined = examine([check("first", meet), check("second", meet)], SITE, 10)
    assert [(each.check, each.findings) for each in examined] == [("first", (ok("met"),)), ("second", (ok("met"),))]


def test_one_that_hangs_is_unknown_and_holds_up_no_other():
    released = threading.Event()
    hanging = check("hangs", lambda _: released.wait(30) and [])
    first, second = examine([hanging, check("well", lambda _: [ok("well")])], SITE, 0.2)
    released.set()
    assert first.findings[0].what == "could not be checked: no answer within 0.2 s"
    assert second.findings == (ok("well"),)


def test_what_may_not_be_read_is_neither_well_nor_broken():
    def denied(_):
        yield ok("what came before the refusal says nothing")
        raise UncheckableError("needs kms:DescribeKey")

    (examined,) = examine([check("key", denied)], SITE, 10)
    (finding,) = examined.findings
    assert (finding.health, finding.what) == (Health.UNKNOWN, "could not be checked: needs kms:DescribeKey")
    assert "docs/doctor.md" in finding.do


def test_a_fault_of_one_check_hides_nothing_that_others_found():
    faulty = check("faulty", lambda _: {}["missing"])
    (first, second) = examine([faulty, check("well", lambda _: [ok("well")])], SITE, 10)
    assert first.findings[0].what == (
        "could not be checked: this check failed itself (KeyError: 'missing'); please report it"
    )
    assert second.findings == (ok("well"),)


def test_the_worst_counts():
    examined = examine([check("a", lambda _: [ok("x"), note("y")]), check("b", lambda _: [ok("z")])], SITE, 10)
    assert worst(examined) is Health.NOTE
    assert worst([]) is Health.OK


def test_checks_have_names_of_their_own():
    names = [each.name for each in CHECKS]
    assert len(set(names)) == len(names)
