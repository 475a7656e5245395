from __future__ import annotations

import dataclasses

from localstack_process_executor.report import Report

REPORT = Report(
    request_id="8f5c",
    version="$LATEST",
    duration_seconds=0.0123449,
    memory_size_mb=512,
    peak_memory_bytes=40 * 1024 * 1024 + 1,
)
FIGURES = (
    "REPORT RequestId: 8f5c\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 41 MB"
)


def test_start_line_names_the_request_and_the_version() -> None:
    assert REPORT.start_line() == "START RequestId: 8f5c Version: $LATEST\n"


def test_end_and_report_are_worded_as_on_aws() -> None:
    assert REPORT.end_lines() == f"END RequestId: 8f5c\n{FIGURES}\t\n"


def test_first_report_of_an_environment_has_its_init_duration() -> None:
    report = dataclasses.replace(REPORT, init_seconds=0.25)
    assert report.end_lines() == f"END RequestId: 8f5c\n{FIGURES}\tInit Duration: 250.00 ms\t\n"


def test_report_of_a_failure_ends_with_its_status() -> None:
    report = dataclasses.replace(REPORT, init_seconds=0.25, status="timeout")
    assert report.end_lines() == f"END RequestId: 8f5c\n{FIGURES}\tInit Duration: 250.00 ms\tStatus: timeout\t\n"
