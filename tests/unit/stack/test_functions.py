import pytest

from tests.unit.stack.template import FUNCTIONS, PROJECT, properties, resources, template
from trainstop.app import settings

READS: dict[str, type[settings.Settings]] = {
    "Watch": settings.WatchSettings,
    "Notify": settings.NotifySettings,
    "Archive": settings.ArchiveSettings,
    "Compact": settings.CompactSettings,
    "Report": settings.ReportSettings,
    "Sweep": settings.SweepSettings,
    "Followup": settings.FollowupSettings,
    "Relay": settings.RelaySettings,
    "Webhook": settings.WebhookSettings,
}


def test_these_are_all_functions() -> None:
    assert set(resources("AWS::Serverless::Function")) == {f"{name}Function" for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_what_it_reads_and_no_more(name: str) -> None:
    variables = properties(f"{name}Function")["Environment"]["Variables"]
    own = {variable.removeprefix("TRAINSTOP_") for variable in variables if variable.startswith("TRAINSTOP_")}
    assert own == {field.upper() for field in READS[name].model_fields}
    assert variables["POWERTOOLS_SERVICE_NAME"] == name.lower()


def test_metrics_go_to_one_namespace() -> None:
    common = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert common == {"POWERTOOLS_METRICS_NAMESPACE": "trainstop"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_to_its_own_log_group_which_forgets(name: str) -> None:
    function = properties(f"{name}Function")
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": f"{name}LogGroup"}
    assert properties(f"{name}LogGroup")["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert (
        properties(f"{name}LogGroup")["LogGroupName"]["Fn::Sub"] == f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_its_folder_and_the_layer(name: str) -> None:
    assert properties(f"{name}Function")["CodeUri"] == f"functions/{name.lower()}"
    assert (PROJECT / "functions" / name.lower() / "app.py").is_file()
    assert template()["Globals"]["Function"]["Handler"] == "app.handler"
    assert template()["Globals"]["Function"]["Layers"] == [{"Ref": "TrainstopLayer"}]


def test_duckdb_is_with_the_functions_that_read_or_write_the_archives_table_alone() -> None:
    functions = resources("AWS::Serverless::Function")
    assert {name: each["Layers"] for name, each in functions.items() if "Layers" in each} == {
        "CompactFunction": [{"Ref": "DuckdbLayer"}],
        "ReportFunction": [{"Ref": "DuckdbLayer"}],
    }


def test_without_the_permission_to_stop_watch_runs_dry() -> None:
    variables = properties("WatchFunction")["Environment"]["Variables"]
    assert variables["TRAINSTOP_DRY_RUN"] == {"Fn::If": ["MayStop", {"Ref": "DryRun"}, "true"]}


def test_a_webhooks_secret_is_read_where_the_command_writes_it() -> None:
    path = properties("WebhookFunction")["Environment"]["Variables"]["TRAINSTOP_SECRETS_PATH"]
    assert path == template()["Outputs"]["WebhookSecretsPath"]["Value"]


@pytest.mark.parametrize("name", ["TrainstopLayer", "DuckdbLayer"])
def test_a_layer_is_built_for_what_runs_it(name: str) -> None:
    layer = properties(name)
    shared = template()["Globals"]["Function"]
    assert layer["CompatibleRuntimes"] == [shared["Runtime"]] == [{"Ref": "Runtime"}]
    assert layer["CompatibleArchitectures"] == shared["Architectures"] == [{"Ref": "Architecture"}]


def test_a_concurrency_is_found_for_every_one_that_can_be_asked_for() -> None:
    scaling = properties("WatchFunction")["Events"]["Queue"]["Properties"]["ScalingConfig"]
    assert scaling == {
        "MaximumConcurrency": {"Fn::FindInMap": ["MaximumConcurrency", {"Ref": "WatchConcurrency"}, "Of"]}
    }
    asked = template()["Parameters"]["WatchConcurrency"]["AllowedValues"]
    assert template()["Mappings"]["MaximumConcurrency"] == {str(number): {"Of": number} for number in asked}
