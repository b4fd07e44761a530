"""docs/events.md says what is published."""

import json
import re

from tests.unit.render.samples import at, script_error
from tests.unit.stack.patterns import matches
from tests.unit.stack.template import PROJECT
from trainstop.domain.change import Change
from trainstop.render.change import IncidentChange, change_json
from trainstop.render.machine import Alert

PAGE = (PROJECT / "docs/events.md").read_text(encoding="utf-8")


def fields_of(table):
    rows = re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_the_fields_are_those_that_there_are():
    change, alert = map(fields_of, re.findall(r"^\| field.*?(?=^$)", PAGE, flags=re.MULTILINE | re.DOTALL))
    assert change == {field.alias or name for name, field in IncidentChange.model_fields.items()}
    assert alert == {field.alias or name for name, field in Alert.model_fields.items()}
    assert all(f"`{each.value}`" in PAGE for each in Change)


def test_the_pattern_that_is_shown_matches_what_is_published():
    pattern = json.loads(re.findall(r"^```json\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)[0])
    assert pattern["detail"]["incident"].pop("job") == {"name": [{"prefix": "prod-"}]}  # EventBridge's to match
    detail = json.loads(change_json(Change.RECORDED, script_error(), at("04:00:00")))
    event = {"source": "trainstop", "detail-type": "trainstop Incident Change", "detail": detail}
    assert matches(pattern, event)
    assert not matches(pattern, event | {"detail": detail | {"change": "told"}})
