"""The engine finds causes, not matches."""

import pytest

from tests.unit.classify.scenes import TOOLKIT_REPORT, TORCHRUN_SUMMARY, raised, verdict_of, verdict_on
from trainstop.classify import classify
from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.verdict import Confidence

OOM = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79 GiB"
PEER_LOST = "RuntimeError: [gloo/transport/tcp/pair.cc:553] Connection closed by peer [10.0.1.5]:1719."


def test_the_first_failing_rank_is_the_cause_and_the_others_are_its_victims():
    verdict = verdict_of(
        "[rank1]: " + raised("KeyError: 'label'").replace("\n", "\n[rank1]: "),
        "[rank0]: " + raised(PEER_LOST).replace("\n", "\n[rank0]: "),
        TORCHRUN_SUMMARY,
    )
    assert (verdict.category, verdict.root_line) == (Category.USER_CODE, "[rank1]: KeyError: 'label'")
    assert [victim.line for victim in verdict.victims] == [PEER_LOST]


def test_a_victim_that_was_logged_first_is_still_a_victim():
    verdict = verdict_of(raised(PEER_LOST), raised(OOM))
    assert verdict.category is Category.GPU_OUT_OF_MEMORY


def test_the_earliest_root_of_several_hosts_wins_by_time():
    late = LogLine("RuntimeError: mat1 and mat2 shapes cannot be multiplied (8x5 and 4x1)", "algo-1", "a", 2000)
    early = LogLine(OOM, "algo-2", "b", 1000)
    verdict = classify(Failure(lines=[late, early]))
    assert (verdict.category, verdict.host, verdict.stream) == (Category.GPU_OUT_OF_MEMORY, "algo-2", "b")


def test_what_the_toolkit_repeats_is_not_taken_for_the_first_telling():
    verdict = verdict_of("epoch 1", raised("ValueError: Loss is nan, stopping training"), TOOLKIT_REPORT)
    assert (verdict.category, verdict.exit_code) == (Category.NUMERICAL, 1)
    assert verdict.root_line == "ValueError: Loss is nan, stopping training"


def test_the_toolkits_report_is_read_where_the_log_holds_nothing_else():
    verdict = verdict_of(TOOLKIT_REPORT.format(message="FileNotFoundError: [Errno 2] No such file or directory: 'a'"))
    assert verdict.category is Category.DATA_NOT_FOUND


def test_nothing_is_matched_inside_a_command():
    command = 'Command "python t.py --x CUDA out of memory"'
    verdict = verdict_on(f'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage ""\n{command}')
    assert (verdict.category, verdict.exit_code) == (Category.UNKNOWN, 1)


def test_the_original_exception_of_a_loader_worker_is_the_root():
    verdict = verdict_of(
        raised("OSError: Caught OSError in DataLoader worker process 0."),
        "Original " + raised("OSError: image file is truncated (12 bytes not processed)"),
    )
    assert verdict.signature == "data-image"


def test_of_chained_exceptions_the_first_is_the_root():
    verdict = verdict_of(
        raised("RuntimeError: CUDA error: out of memory"),
        "During handling of the above exception, another exception occurred:",
        raised("AttributeError: 'Trainer' object has no attribute 'teardown'"),
    )
    assert verdict.root_line == "RuntimeError: CUDA error: out of memory"


def test_of_a_chain_of_connection_errors_the_last_says_it_best():
    last = "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='demo', port=443): Max retries exceeded"
    verdict = verdict_of(
        raised("ConnectionRefusedError: [Errno 111] Connection refused"),
        "During handling of the above exception, another exception occurred:",
        raised(last),
    )
    assert (verdict.category, verdict.root_line) == (Category.NETWORK, last)


def test_an_error_that_the_job_survived_is_not_the_cause():
    verdict = verdict_of(
        raised("ConnectionRefusedError: [Errno 111] Connection refused"),
        *(f"epoch {number} loss 0.{number}" for number in range(9)),
        raised(OOM),
    )
    assert verdict.category is Category.GPU_OUT_OF_MEMORY


def test_an_error_in_a_background_thread_gives_way_to_the_main_one():
    verdict = verdict_of(
        "Exception in thread Thread-4:", raised("queue.Empty"), raised("NameError: name 'plt' is not defined")
    )
    assert verdict.root_line == "NameError: name 'plt' is not defined"


def test_a_silent_kill_is_told_by_the_launcher():
    summary = TORCHRUN_SUMMARY.replace("exitcode: 1", "exitcode: -9")
    verdict = verdict_of("step 12", summary)
    assert (verdict.category, verdict.exit_code) == (Category.HOST_OUT_OF_MEMORY, -9)


def test_retries_that_ended_well_explain_nothing():
    retry = "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError': /simple/"
    verdict = verdict_of(retry, "Successfully installed torch-2.1", raised("NameError: name 'x' is not defined"))
    assert verdict.category is Category.USER_CODE


def test_retries_explain_the_package_that_was_not_found():
    retry = "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError': /simple/"
    verdict = verdict_of(retry, "ERROR: No matching distribution found for demo")
    assert (verdict.category, verdict.root_line) == (Category.NETWORK, retry)


def test_an_unfamiliar_exception_is_explained_by_its_type_and_the_deepest_frame_of_the_users_code():
    verdict = verdict_of(
        raised(
            "acme.flux.FluxError: capacitor 3 is empty",
            '  File "/opt/ml/code/train.py", line 9, in main',
            '  File "/opt/ml/code/model.py", line 40, in forward',
            '  File "/opt/conda/lib/python3.11/site-packages/acme/flux.py", line 1, in charge',
        )
    )
    assert (verdict.category, verdict.signature, verdict.confidence) == (Category.USER_CODE, None, Confidence.MEDIUM)
    assert verdict.exception.type == "acme.flux.FluxError"
    assert verdict.exception.user_frame == "/opt/ml/code/model.py:40 in forward"


def test_a_bare_assertion_is_shown_by_its_source_line():
    verdict = verdict_of(raised("AssertionError", '  File "/opt/ml/code/t.py", line 3, in f', "    assert rows > 0"))
    assert verdict.root_line == "    assert rows > 0"


@pytest.mark.parametrize(
    ("status", "category"),
    [
        ("MaxRuntimeExceeded", Category.TIMEOUT),
        ("MaxWaitTimeExceeded", Category.TIMEOUT),
        ("Interrupted", Category.SPOT_INTERRUPTION),
    ],
)
def test_a_status_that_tells_the_cause_needs_no_reason(status, category):
    verdict = classify(Failure(secondary_status=status, training_job_status="Stopped"))
    assert (verdict.category, verdict.confidence) == (category, Confidence.HIGH)


def test_a_limit_is_also_found_among_the_transitions():
    passed = [("Training", ""), ("MaxRuntimeExceeded", "Training job runtime exceeded MaxRuntimeInSeconds provided")]
    assert classify(Failure(secondary_status="Stopped", transitions=passed)).category is Category.TIMEOUT


def test_without_a_reason_the_transitions_are_read():
    passed = [
        ("Starting", "Insufficient capacity error from EC2 while launching instances, retrying!"),
        ("Failed", "Training job failed"),
    ]
    assert classify(Failure(secondary_status="Failed", transitions=passed)).category is Category.CAPACITY


def test_a_spot_job_that_was_interrupted_and_shows_nothing_else_lost_its_instances():
    failure = Failure(failure_reason="AlgorithmError: , exit code: 1", spot=True, transitions=[("Interrupted", "")])
    assert classify(failure).category is Category.SPOT_INTERRUPTION


def test_a_spot_job_that_was_interrupted_and_then_failed_by_itself_is_told_by_its_error():
    failure = Failure(failure_reason=f"AlgorithmError: {OOM}", spot=True, transitions=[("Interrupted", "")])
    assert classify(failure).category is Category.GPU_OUT_OF_MEMORY


@pytest.mark.parametrize("reason", ["AlgorithmError: Exit Code: 1", "AlgorithmError: , exit code: 2", "", None])
def test_unknown_is_said_where_there_is_nothing_to_go_on(reason):
    verdict = verdict_on(reason)
    assert (verdict.category, verdict.confidence, verdict.root_line) == (Category.UNKNOWN, Confidence.NONE, None)


def test_a_job_without_a_log_stream_died_before_its_container():
    assert "before its container" in verdict_on("", log_stream_exists=False).confidence_reason


def test_the_log_knows_better_than_an_empty_reason():
    lines = [LogLine('exec: "train": executable file not found in $PATH')]
    assert verdict_on("AlgorithmError: Exit Code: 1", lines=lines).category is Category.IMAGE


def test_sagemaker_knows_better_than_the_log_what_happened_outside_of_the_container():
    lines = [LogLine("ValueError: some exception of the script")]
    verdict = verdict_on("InternalServerError: We encountered an internal error.  Please try again.", lines=lines)
    assert (verdict.category, verdict.actor, verdict.retry) == (Category.INTERNAL_ERROR, Actor.AWS, Retry.ONCE)


def test_an_nccl_exception_is_explained_by_the_last_error_that_it_quotes():
    last = "Error while creating shared memory segment /dev/shm/nccl-5QZG2b (size 9637888)"
    head = "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:1970, unhandled system error"
    verdict = verdict_of(raised(head), "ncclSystemError: System call (e.g. socket, malloc) failed", "Last error:", last)
    assert (verdict.category, verdict.root_line) == (Category.HOST_OUT_OF_MEMORY, last)


def test_captures_are_read_from_the_line():
    assert verdict_of(raised(OOM)).captures == {"tried": "2.00 GiB", "total": "79 GiB", "device": "GPU 0"}


def test_what_is_shown_holds_no_secret_and_no_control():
    verdict = verdict_of("\x1b[31mValueError: https://user:hunter2@host/ is\x07 bad\x1b[0m")
    assert verdict.root_line_clean == "ValueError: https://user:[removed: url password]@host/ is bad"
    assert verdict.removed == ("url password",)


def test_a_verdict_survives_json():
    verdict = verdict_of(raised(OOM))
    assert type(verdict).model_validate_json(verdict.model_dump_json()) == verdict


def test_an_exception_whose_name_does_not_sound_like_one_ends_its_traceback_all_the_same():
    verdict = verdict_of(raised("TooFewPositives: 3 of 100 wanted"))
    assert (verdict.category, verdict.root_line) == (Category.USER_CODE, "TooFewPositives: 3 of 100 wanted")
    assert verdict.exception
    assert verdict.exception.type == "TooFewPositives"


def test_of_an_exception_group_the_first_member_is_the_cause():
    verdict = verdict_of(
        "  + Exception Group Traceback (most recent call last):",
        '  |   File "/opt/ml/code/train.py", line 1, in <module>',
        "  |     raise ExceptionGroup('workers failed', errors)",
        "  | ExceptionGroup: workers failed (2 sub-exceptions)",
        "  +-+---------------- 1 ----------------",
        "    | ValueError: bad learning rate",
        "    +---------------- 2 ----------------",
        "    | TypeError: x",
        "    +------------------------------------",
    )
    assert verdict.root_line_clean == "ValueError: bad learning rate"


def test_an_exception_that_only_reports_another_failure_is_shown_where_nothing_else_speaks():
    verdict = verdict_of(
        raised("subprocess.CalledProcessError: Command '['sh', 'x.sh']' returned non-zero exit status 1.")
    )
    assert (verdict.category, verdict.confidence) == (Category.USER_CODE, Confidence.LOW)


def test_what_the_launcher_raised_itself_is_no_cause():
    lines = raised("subprocess.CalledProcessError: Command '['x']' returned non-zero exit status 1.")
    lines = lines.replace("/opt/ml/code/train.py", "/opt/conda/bin/accelerate")
    assert verdict_of(lines).category is Category.UNKNOWN


def test_a_full_disk_explains_a_write_that_broke_off_before():
    broken = "RuntimeError: [enforce fail at inline_container.cc:595] . unexpected pos 1472 vs 1366"
    assert verdict_of(raised(broken)).category is Category.ARTIFACT_UPLOAD
    full = verdict_of(raised(broken), raised("OSError: [Errno 28] No space left on device"))
    assert (full.category, full.root_line) == (Category.DISK_FULL, "OSError: [Errno 28] No space left on device")


def test_the_toolkits_dump_of_its_environment_is_no_cause():
    dump = 'SM_INPUT_DATA_CONFIG={"train":{"RecordWrapperType":"None","TrainingInputMode":"File"}}'
    verdict = verdict_of(dump, '            "TrainingInputMode": "File",', raised("KeyError: 'label'"))
    assert verdict.root_line == "KeyError: 'label'"


def test_a_cut_traceback_is_read_by_what_it_was_about_to_raise():
    reason = (
        "AlgorithmError: framework error: \nTraceback (most recent call last):\n"
        '  File "/opt/conda/lib/python3.11/site-packages/sagemaker_algorithm_toolkit/hyperparameter_validation.py", '
        'line 268, in validate\n    raise exc.UserError("Missing required hyperparameter: {}".format(hp))\n'
        "sagemaker_algori"
    )
    assert classify(Failure(failure_reason=reason)).category is Category.HYPERPARAMETER


def test_what_is_killed_after_somebody_cancelled_the_job_was_not_killed_for_memory():
    cancelled = "slurmstepd: error: *** STEP 43230.0 ON node-3 CANCELLED AT 2026-04-15T19:07:03 ***"
    assert verdict_of("step 1", cancelled, "srun: error: node-3: task 0: Killed").category is Category.UNKNOWN


def test_a_refusal_that_a_library_sums_up_as_missing_stays_a_refusal():
    refused = "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://huggingface.co/demo/x"
    missing = "OSError: demo/x is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'"
    link = "\nThe above exception was the direct cause of the following exception:\n\n"
    assert verdict_of(raised(refused) + link + raised(missing)).category is Category.ACCESS_DENIED
