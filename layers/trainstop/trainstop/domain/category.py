"""The categories of failure, and what each means for the people who have to act."""

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What the person who must mend a failed job has to deal with."""

    USER_CODE = "user_code"
    DEPENDENCY = "dependency"
    GPU_OUT_OF_MEMORY = "gpu_out_of_memory"
    HOST_OUT_OF_MEMORY = "host_out_of_memory"
    DISK_FULL = "disk_full"
    HYPERPARAMETER = "hyperparameter"
    DATA_FORMAT = "data_format"
    DATA_NOT_FOUND = "data_not_found"
    ACCESS_DENIED = "access_denied"
    IMAGE = "image"
    CONFIGURATION = "configuration"
    CAPACITY = "capacity"
    QUOTA = "quota"
    SPOT_INTERRUPTION = "spot_interruption"
    TIMEOUT = "timeout"
    DISTRIBUTED = "distributed"
    GPU_FAULT = "gpu_fault"
    NUMERICAL = "numerical"
    NETWORK = "network"
    ARTIFACT_UPLOAD = "artifact_upload"
    INTERNAL_ERROR = "internal_error"
    UNKNOWN = "unknown"


class Actor(StrEnum):
    """Who has to act before the job can succeed."""

    JOB_OWNER = "job_owner"
    PLATFORM_TEAM = "platform_team"
    AWS = "aws"
    NOBODY = "nobody"


class Retry(StrEnum):
    """Whether an unchanged resubmission has a fair chance.

    ``ONCE`` means: yes, but no longer when the same fault comes back.
    """

    YES = "yes"
    NO = "no"
    ONCE = "once"

    @property
    def worth_trying(self) -> bool:
        """True where a first unchanged resubmission has a fair chance."""
        return self is not Retry.NO


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What is true of every failure of one category, unless its signature says otherwise."""

    title: str
    actor: Actor
    retry: Retry
    advice: str


FACTS: dict[Category, CategoryFacts] = {
    Category.USER_CODE: CategoryFacts(
        "Error in the training script",
        Actor.JOB_OWNER,
        Retry.NO,
        "Read the traceback from the deepest line of your own code, correct the script or the arguments it is "
        "given, and try it in local mode or on one small instance before the next full run.",
    ),
    Category.DEPENDENCY: CategoryFacts(
        "Missing or incompatible package",
        Actor.JOB_OWNER,
        Retry.NO,
        "Pin the package and its neighbours in requirements.txt to versions made for the image's Python, CUDA and "
        "framework, or build them into the image.",
    ),
    Category.GPU_OUT_OF_MEMORY: CategoryFacts(
        "GPU memory ran out",
        Actor.JOB_OWNER,
        Retry.NO,
        "Lower the batch size per GPU (gradient accumulation keeps the effective one), turn on mixed precision or "
        "activation checkpointing, shard the model, or take an instance with more memory per GPU.",
    ),
    Category.HOST_OUT_OF_MEMORY: CategoryFacts(
        "Host memory ran out",
        Actor.JOB_OWNER,
        Retry.NO,
        "Load less at once (stream the data, fewer or smaller DataLoader workers and prefetch queues) or take an "
        "instance with more memory. Shared memory in /dev/shm counts too.",
    ),
    Category.DISK_FULL: CategoryFacts(
        "No space left on the volume",
        Actor.JOB_OWNER,
        Retry.NO,
        "Raise VolumeSizeInGB, keep fewer checkpoints, move caches (HF_HOME, TMPDIR) to /opt/ml or /tmp on the data "
        "volume, or stream the input with FastFile mode.",
    ),
    Category.HYPERPARAMETER: CategoryFacts(
        "Hyperparameter refused",
        Actor.JOB_OWNER,
        Retry.NO,
        "Correct the hyperparameter that the message names: its spelling, type and range, and whether this version "
        "of the algorithm still knows it. Values reach the container as text.",
    ),
    Category.DATA_FORMAT: CategoryFacts(
        "Input data is malformed",
        Actor.JOB_OWNER,
        Retry.NO,
        "Check the file or record that the message names against what the algorithm reads: content type, columns, "
        "shape, types, encoding, empty files, missing values.",
    ),
    Category.DATA_NOT_FOUND: CategoryFacts(
        "Input data not found",
        Actor.JOB_OWNER,
        Retry.NO,
        "Compare the S3 URI and channel name of the request with what is in the bucket, and the path that the script "
        "opens with /opt/ml/input/data/CHANNEL.",
    ),
    Category.ACCESS_DENIED: CategoryFacts(
        "Access denied",
        Actor.PLATFORM_TEAM,
        Retry.NO,
        "Give the job's execution role the action on the resource that the message names; check the bucket policy, "
        "the KMS key policy, the VPC endpoint policy and, for a hub, the token.",
    ),
    Category.IMAGE: CategoryFacts(
        "Training image missing or cannot start",
        Actor.JOB_OWNER,
        Retry.NO,
        "Check that the image URI exists in this Region and architecture, and that the container has an executable "
        "`train` or the entry point that the request names.",
    ),
    Category.CONFIGURATION: CategoryFacts(
        "Job request or launcher set up wrongly",
        Actor.JOB_OWNER,
        Retry.NO,
        "Correct the part of the job request or of the launch command that the message names: subnets and security "
        "groups, entry point, instance type and count, processes per host.",
    ),
    Category.CAPACITY: CategoryFacts(
        "No ML capacity",
        Actor.NOBODY,
        Retry.YES,
        "Submit again later, or allow another instance type, Availability Zone or Region; a training plan or warm "
        "pool reserves capacity.",
    ),
    Category.QUOTA: CategoryFacts(
        "Account limit reached",
        Actor.PLATFORM_TEAM,
        Retry.NO,
        "Ask for a higher quota in Service Quotas (Amazon SageMaker, 'TYPE for training job usage'), wait until other "
        "jobs end, or take another instance type.",
    ),
    Category.SPOT_INTERRUPTION: CategoryFacts(
        "Spot instances were taken back",
        Actor.NOBODY,
        Retry.YES,
        "Submit again: with CheckpointConfig and a script that resumes from /opt/ml/checkpoints little is lost. Raise "
        "MaxWaitTimeInSeconds, or use on-demand instances where time matters.",
    ),
    Category.TIMEOUT: CategoryFacts(
        "Time limit reached",
        Actor.JOB_OWNER,
        Retry.NO,
        "Raise MaxRuntimeInSeconds (and MaxWaitTimeInSeconds for spot), resume from a checkpoint, or make the job "
        "shorter. If it hung, look for the last line that each host wrote.",
    ),
    Category.DISTRIBUTED: CategoryFacts(
        "Workers lost each other",
        Actor.JOB_OWNER,
        Retry.ONCE,
        "Find the rank that stopped first. If none did: check the security group (all traffic within itself), EFA "
        "and NCCL settings, and raise the time-out of slow collective steps.",
    ),
    Category.GPU_FAULT: CategoryFacts(
        "GPU or driver fault",
        Actor.AWS,
        Retry.ONCE,
        "Submit again: a new instance usually has healthy devices. If it comes back, run with CUDA_LAUNCH_BLOCKING=1 "
        "and check that the build fits the GPU's architecture and driver.",
    ),
    Category.NUMERICAL: CategoryFacts(
        "Training diverged (NaN or infinity)",
        Actor.JOB_OWNER,
        Retry.NO,
        "Lower the learning rate, clip gradients, check loss scaling and the input for NaN, and restart from the last "
        "good checkpoint.",
    ),
    Category.NETWORK: CategoryFacts(
        "Network connection failed",
        Actor.PLATFORM_TEAM,
        Retry.ONCE,
        "Check that the job's subnets have a route to the host named (NAT device or VPC endpoint), DNS and proxy "
        "settings, or bring the download into S3 and the job's input.",
    ),
    Category.ARTIFACT_UPLOAD: CategoryFacts(
        "Output could not be saved or uploaded",
        Actor.JOB_OWNER,
        Retry.NO,
        "Check the output S3 path, its Region and the role's rights on it, and what the script writes under "
        "/opt/ml/model, /opt/ml/output and /opt/ml/checkpoints.",
    ),
    Category.INTERNAL_ERROR: CategoryFacts(
        "SageMaker's own fault",
        Actor.AWS,
        Retry.ONCE,
        "Submit again. If it repeats, open a case with AWS Support and give the job's ARN and time.",
    ),
    Category.UNKNOWN: CategoryFacts(
        "Cause unknown",
        Actor.JOB_OWNER,
        Retry.NO,
        "Nothing in the reason or the log tells the cause. Read the job's log from its start, on every host, and let "
        "the script print its exception to standard error.",
    ),
}
