"""Batches of messages as Lambda gets them from SQS."""

from __future__ import annotations

from typing import Any


def batch_of(*bodies: str) -> dict[str, Any]:
    """What Lambda is given by SQS; the messages are called m0, m1, …"""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:payments",
                "awsRegion": "us-east-1",
            }
            for number, body in enumerate(bodies)
        ]
    }
