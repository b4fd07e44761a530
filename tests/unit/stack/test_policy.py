from tests.unit.stack.template import PROJECT, properties


def test_the_deployed_policy_is_the_default_policy() -> None:
    default = PROJECT / "layers/trainstop/trainstop/policy/default.yaml"
    assert properties("PolicyVersion")["Content"] == default.read_text(encoding="utf-8")


def test_the_policy_is_deployed_at_once_to_where_watch_reads_it() -> None:
    strategy = properties("PolicyStrategy")
    assert (strategy["DeploymentDurationInMinutes"], strategy["GrowthFactor"]) == (0, 100)
    deployment = properties("PolicyDeployment")
    variables = properties("WatchFunction")["Environment"]["Variables"]
    assert deployment["ApplicationId"] == variables["TRAINSTOP_POLICY_APPLICATION"]
    assert deployment["EnvironmentId"] == variables["TRAINSTOP_POLICY_ENVIRONMENT"]
    assert deployment["ConfigurationProfileId"] == variables["TRAINSTOP_POLICY_PROFILE"]
    assert deployment["ConfigurationVersion"] == {"Ref": "PolicyVersion"}
