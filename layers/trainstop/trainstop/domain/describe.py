"""The structures inside a DescribeTrainingJob response, with every member that botocore's service model names.

``RuleEvaluationStatus`` and its texts: FORMATS.md 2.3. Everything is optional, whatever the model requires: a job that
failed early lacks much of it, and a missing member must never hide a failure.
"""

from datetime import datetime

from pydantic import Field

from trainstop.domain.base import AwsShape


class ModelArtifacts(AwsShape):
    """SageMaker's ``ModelArtifacts``."""

    s3_model_artifacts: str | None = None


class MetricDefinition(AwsShape):
    """SageMaker's ``MetricDefinition``."""

    name: str | None = None
    regex: str | None = None


class TrainingRepositoryAuthConfig(AwsShape):
    """SageMaker's ``TrainingRepositoryAuthConfig``."""

    training_repository_credentials_provider_arn: str | None = None


class TrainingImageConfig(AwsShape):
    """SageMaker's ``TrainingImageConfig``."""

    training_repository_access_mode: str | None = None
    training_repository_auth_config: TrainingRepositoryAuthConfig | None = None


class AlgorithmSpecification(AwsShape):
    """SageMaker's ``AlgorithmSpecification``."""

    training_image: str | None = None
    algorithm_name: str | None = None
    training_input_mode: str | None = None
    metric_definitions: tuple[MetricDefinition, ...] = ()
    enable_sage_maker_metrics_time_series: bool | None = None
    container_entrypoint: tuple[str, ...] = ()
    container_arguments: tuple[str, ...] = ()
    training_image_config: TrainingImageConfig | None = None


class ModelAccessConfig(AwsShape):
    """SageMaker's ``ModelAccessConfig``."""

    accept_eula: bool | None = None


class HubAccessConfig(AwsShape):
    """SageMaker's ``HubAccessConfig``."""

    hub_content_arn: str | None = None


class S3DataSource(AwsShape):
    """SageMaker's ``S3DataSource``."""

    s3_data_type: str | None = None
    s3_uri: str | None = None
    s3_data_distribution_type: str | None = None
    attribute_names: tuple[str, ...] = ()
    instance_group_names: tuple[str, ...] = ()
    model_access_config: ModelAccessConfig | None = None
    hub_access_config: HubAccessConfig | None = None


class FileSystemDataSource(AwsShape):
    """SageMaker's ``FileSystemDataSource``."""

    file_system_id: str | None = None
    file_system_access_mode: str | None = None
    file_system_type: str | None = None
    directory_path: str | None = None


class DatasetSource(AwsShape):
    """SageMaker's ``DatasetSource``."""

    dataset_arn: str | None = None


class DataSource(AwsShape):
    """SageMaker's ``DataSource``."""

    s3_data_source: S3DataSource | None = None
    file_system_data_source: FileSystemDataSource | None = None
    dataset_source: DatasetSource | None = None


class ShuffleConfig(AwsShape):
    """SageMaker's ``ShuffleConfig``."""

    seed: int | None = None


class Channel(AwsShape):
    """SageMaker's ``Channel``."""

    channel_name: str | None = None
    data_source: DataSource | None = None
    content_type: str | None = None
    compression_type: str | None = None
    record_wrapper_type: str | None = None
    input_mode: str | None = None
    shuffle_config: ShuffleConfig | None = None


class OutputDataConfig(AwsShape):
    """SageMaker's ``OutputDataConfig``."""

    kms_key_id: str | None = None
    s3_output_path: str | None = None
    compression_type: str | None = None


class InstanceGroup(AwsShape):
    """SageMaker's ``InstanceGroup``."""

    instance_type: str | None = None
    instance_count: int | None = None
    instance_group_name: str | None = None


class PlacementSpecification(AwsShape):
    """SageMaker's ``PlacementSpecification``."""

    ultra_server_id: str | None = None
    instance_count: int | None = None


class InstancePlacementConfig(AwsShape):
    """SageMaker's ``InstancePlacementConfig``."""

    enable_multiple_jobs: bool | None = None
    placement_specifications: tuple[PlacementSpecification, ...] = ()


class InstancePreference(AwsShape):
    """SageMaker's ``InstancePreference``."""

    instance_type: str | None = None
    instance_count: int | None = None
    training_plan_arns: tuple[str, ...] = ()


class ResourceConfig(AwsShape):
    """SageMaker's ``ResourceConfig``."""

    instance_type: str | None = None
    instance_count: int | None = None
    volume_size_in_gb: int | None = None
    volume_kms_key_id: str | None = None
    keep_alive_period_in_seconds: int | None = None
    instance_groups: tuple[InstanceGroup, ...] = ()
    training_plan_arn: str | None = None
    instance_placement_config: InstancePlacementConfig | None = None
    instance_preferences: tuple[InstancePreference, ...] = ()
    selected_instance_type: str | None = None
    selected_instance_count: int | None = None


class WarmPoolStatus(AwsShape):
    """SageMaker's ``WarmPoolStatus``."""

    status: str | None = None
    resource_retained_billable_time_in_seconds: int | None = None
    reused_by_job: str | None = None


class VpcConfig(AwsShape):
    """SageMaker's ``VpcConfig``."""

    security_group_ids: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()


class StoppingCondition(AwsShape):
    """SageMaker's ``StoppingCondition``."""

    max_runtime_in_seconds: int | None = None
    max_wait_time_in_seconds: int | None = None
    max_pending_time_in_seconds: int | None = None


class SecondaryStatusTransition(AwsShape):
    """SageMaker's ``SecondaryStatusTransition``."""

    status: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    status_message: str | None = None


class MetricData(AwsShape):
    """SageMaker's ``MetricData``."""

    metric_name: str | None = None
    value: float | None = None
    timestamp: datetime | None = None


class CheckpointConfig(AwsShape):
    """SageMaker's ``CheckpointConfig``."""

    s3_uri: str | None = None
    local_path: str | None = None


class CollectionConfiguration(AwsShape):
    """SageMaker's ``CollectionConfiguration``."""

    collection_name: str | None = None
    collection_parameters: dict[str, str] = Field(default_factory=dict)


class DebugHookConfig(AwsShape):
    """SageMaker's ``DebugHookConfig``."""

    local_path: str | None = None
    s3_output_path: str | None = None
    hook_parameters: dict[str, str] = Field(default_factory=dict)
    collection_configurations: tuple[CollectionConfiguration, ...] = ()


class ExperimentConfig(AwsShape):
    """SageMaker's ``ExperimentConfig``."""

    experiment_name: str | None = None
    trial_name: str | None = None
    trial_component_display_name: str | None = None
    run_name: str | None = None


class RuleConfiguration(AwsShape):
    """SageMaker's ``DebugRuleConfiguration`` and ``ProfilerRuleConfiguration``: one shape, two names."""

    rule_configuration_name: str | None = None
    local_path: str | None = None
    s3_output_path: str | None = None
    rule_evaluator_image: str | None = None
    instance_type: str | None = None
    volume_size_in_gb: int | None = None
    rule_parameters: dict[str, str] = Field(default_factory=dict)


class TensorBoardOutputConfig(AwsShape):
    """SageMaker's ``TensorBoardOutputConfig``."""

    local_path: str | None = None
    s3_output_path: str | None = None


class RuleEvaluationStatus(AwsShape):
    """SageMaker's ``DebugRuleEvaluationStatus`` and ``ProfilerRuleEvaluationStatus``: one shape, two names."""

    rule_configuration_name: str | None = None
    rule_evaluation_job_arn: str | None = None
    rule_evaluation_status: str | None = None
    status_details: str | None = None
    last_modified_time: datetime | None = None


class ProfilerConfig(AwsShape):
    """SageMaker's ``ProfilerConfig``."""

    s3_output_path: str | None = None
    profiling_interval_in_milliseconds: int | None = None
    profiling_parameters: dict[str, str] = Field(default_factory=dict)
    disable_profiler: bool | None = None


class RetryStrategy(AwsShape):
    """SageMaker's ``RetryStrategy``."""

    maximum_retry_attempts: int | None = None


class RemoteDebugConfig(AwsShape):
    """SageMaker's ``RemoteDebugConfig``."""

    enable_remote_debug: bool | None = None


class InfraCheckConfig(AwsShape):
    """SageMaker's ``InfraCheckConfig``."""

    enable_infra_check: bool | None = None


class ServerlessJobConfig(AwsShape):
    """SageMaker's ``ServerlessJobConfig``."""

    base_model_arn: str | None = None
    accept_eula: bool | None = None
    job_type: str | None = None
    customization_technique: str | None = None
    peft: str | None = None
    evaluation_type: str | None = None
    evaluator_arn: str | None = None
    sequence_length: str | None = None


class MlflowConfig(AwsShape):
    """SageMaker's ``MlflowConfig``."""

    mlflow_resource_arn: str | None = None
    mlflow_experiment_name: str | None = None
    mlflow_run_name: str | None = None


class ModelPackageConfig(AwsShape):
    """SageMaker's ``ModelPackageConfig``."""

    model_package_group_arn: str | None = None
    source_model_package_arn: str | None = None


class MlflowDetails(AwsShape):
    """SageMaker's ``MlflowDetails``."""

    mlflow_experiment_id: str | None = None
    mlflow_run_id: str | None = None


class TrainingProgressInfo(AwsShape):
    """SageMaker's ``TrainingProgressInfo``."""

    total_step_count_per_epoch: int | None = None
    current_step: int | None = None
    current_epoch: int | None = None
    max_epoch: int | None = None
