"""A training job as DescribeTrainingJob tells it, and what follows from that."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import Field

from trainstop.domain.arn import Arn
from trainstop.domain.base import AwsShape
from trainstop.domain.describe import (
    AlgorithmSpecification,
    Channel,
    CheckpointConfig,
    DebugHookConfig,
    ExperimentConfig,
    InfraCheckConfig,
    MetricData,
    MlflowConfig,
    MlflowDetails,
    ModelArtifacts,
    ModelPackageConfig,
    OutputDataConfig,
    ProfilerConfig,
    RemoteDebugConfig,
    ResourceConfig,
    RetryStrategy,
    RuleConfiguration,
    RuleEvaluationStatus,
    SecondaryStatusTransition,
    ServerlessJobConfig,
    StoppingCondition,
    TensorBoardOutputConfig,
    TrainingProgressInfo,
    VpcConfig,
    WarmPoolStatus,
)

IN_PROGRESS = "InProgress"
COMPLETED = "Completed"
FAILED = "Failed"
STOPPING = "Stopping"
STOPPED = "Stopped"
TERMINAL_STATUSES = frozenset({COMPLETED, FAILED, STOPPED})
MAX_RUNTIME_EXCEEDED = "MaxRuntimeExceeded"
MAX_WAIT_TIME_EXCEEDED = "MaxWaitTimeExceeded"
INTERRUPTED = "Interrupted"
ISSUES_FOUND = "IssuesFound"


class Instances(NamedTuple):
    """So many instances of one type."""

    instance_type: str
    instance_count: int


class TrainingJob(AwsShape):
    """The whole DescribeTrainingJob response. Times are aware; durations are whole seconds."""

    training_job_name: str
    training_job_arn: str
    tuning_job_arn: str | None = None
    labeling_job_arn: str | None = None
    automl_job_arn: str | None = None
    model_artifacts: ModelArtifacts | None = None
    training_job_status: str
    secondary_status: str = ""
    failure_reason: str | None = None
    hyper_parameters: dict[str, str] = Field(default_factory=dict)
    algorithm_specification: AlgorithmSpecification | None = None
    role_arn: str | None = None
    input_data_config: tuple[Channel, ...] = ()
    output_data_config: OutputDataConfig | None = None
    resource_config: ResourceConfig | None = None
    warm_pool_status: WarmPoolStatus | None = None
    vpc_config: VpcConfig | None = None
    stopping_condition: StoppingCondition | None = None
    creation_time: datetime | None = None
    training_start_time: datetime | None = None
    training_end_time: datetime | None = None
    last_modified_time: datetime | None = None
    secondary_status_transitions: tuple[SecondaryStatusTransition, ...] = ()
    final_metric_data_list: tuple[MetricData, ...] = ()
    enable_network_isolation: bool | None = None
    enable_inter_container_traffic_encryption: bool | None = None
    enable_managed_spot_training: bool | None = None
    checkpoint_config: CheckpointConfig | None = None
    training_time_in_seconds: int | None = None
    billable_time_in_seconds: int | None = None
    billable_token_count: int | None = None
    debug_hook_config: DebugHookConfig | None = None
    experiment_config: ExperimentConfig | None = None
    debug_rule_configurations: tuple[RuleConfiguration, ...] = ()
    tensor_board_output_config: TensorBoardOutputConfig | None = None
    debug_rule_evaluation_statuses: tuple[RuleEvaluationStatus, ...] = ()
    profiler_config: ProfilerConfig | None = None
    profiler_rule_configurations: tuple[RuleConfiguration, ...] = ()
    profiler_rule_evaluation_statuses: tuple[RuleEvaluationStatus, ...] = ()
    profiling_status: str | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    retry_strategy: RetryStrategy | None = None
    remote_debug_config: RemoteDebugConfig | None = None
    infra_check_config: InfraCheckConfig | None = None
    serverless_job_config: ServerlessJobConfig | None = None
    mlflow_config: MlflowConfig | None = None
    model_package_config: ModelPackageConfig | None = None
    mlflow_details: MlflowDetails | None = None
    progress_info: TrainingProgressInfo | None = None
    output_model_package_arn: str | None = None

    @property
    def arn(self) -> Arn:
        """The job's ARN in its parts."""
        return Arn.parse(self.training_job_arn)

    @property
    def is_terminal(self) -> bool:
        """Whether the job's status can no longer change."""
        return self.training_job_status in TERMINAL_STATUSES

    @property
    def instances(self) -> tuple[Instances, ...]:
        """What the job runs on: its instance groups, or its one type, or the preference SageMaker selected."""
        config = self.resource_config
        if config is None:
            return ()
        if config.instance_groups:
            return tuple(
                Instances(group.instance_type, group.instance_count)
                for group in config.instance_groups
                if group.instance_type and group.instance_count
            )
        instance_type = config.selected_instance_type or config.instance_type
        count = config.selected_instance_count or config.instance_count
        return (Instances(instance_type, count),) if instance_type and count else ()

    @property
    def instance_count(self) -> int:
        """Instances of all groups together; 0 where the response names none."""
        return sum(instances.instance_count for instances in self.instances)

    @property
    def duration_seconds(self) -> int | None:
        """From TrainingStartTime to TrainingEndTime; None while either is missing (FORMATS.md 1.7)."""
        if self.training_start_time is None or self.training_end_time is None:
            return None
        return max(0, round((self.training_end_time - self.training_start_time).total_seconds()))

    @property
    def billable_instance_seconds(self) -> int | None:
        """BillableTimeInSeconds is per instance (FORMATS.md 1.7), so it is multiplied by the instances."""
        if self.billable_time_in_seconds is None or not self.instances:
            return None
        return self.billable_time_in_seconds * self.instance_count

    @property
    def spot_savings_percent(self) -> float | None:
        """AWS's formula, ``(1 - billable / training) x 100``; None where the job is not a spot job or not billed."""
        if not self.enable_managed_spot_training or not self.training_time_in_seconds:
            return None
        if self.billable_time_in_seconds is None:
            return None
        return max(0.0, (1 - self.billable_time_in_seconds / self.training_time_in_seconds) * 100)

    @property
    def image(self) -> str | None:
        """The training image, or the algorithm's name where SageMaker knows the image itself."""
        algorithm = self.algorithm_specification
        return (algorithm.training_image or algorithm.algorithm_name) if algorithm else None

    @property
    def was_interrupted(self) -> bool:
        """Whether managed spot instances were taken back at least once."""
        return any(transition.status == INTERRUPTED for transition in self.secondary_status_transitions)

    @property
    def changed_at(self) -> datetime:
        """When the job last changed: its end, or its last modification, or its creation."""
        return (
            self.training_end_time or self.last_modified_time or self.creation_time or datetime.min.replace(tzinfo=UTC)
        )

    def rule_parameters(self, rule_configuration_name: str) -> dict[str, str]:
        """RuleParameters of the Debugger or profiler rule of that name; empty where there is none."""
        configurations = (*self.debug_rule_configurations, *self.profiler_rule_configurations)
        named = (each for each in configurations if each.rule_configuration_name == rule_configuration_name)
        return next((each.rule_parameters for each in named), {})

    @property
    def rules_with_issues(self) -> tuple[tuple[str, RuleEvaluationStatus], ...]:
        """Rules at IssuesFound, each as (``debugger_rule`` or ``profiler_rule``, its status)."""
        statuses: Mapping[str, tuple[RuleEvaluationStatus, ...]] = {
            "debugger_rule": self.debug_rule_evaluation_statuses,
            "profiler_rule": self.profiler_rule_evaluation_statuses,
        }
        return tuple(
            (kind, status)
            for kind, of_kind in statuses.items()
            for status in of_kind
            if status.rule_evaluation_status == ISSUES_FOUND and status.rule_configuration_name
        )
