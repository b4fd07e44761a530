"""SNS for people: e-mail and SMS as their receivers see them, and the confirmation that AWS asks for first."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import sns

from sandbox.cloud import mail, outages
from sandbox.inbox.store import Inbox

EMAIL_PROTOCOLS = frozenset({"email", "email-json"})

Subscription = dict[str, Any]


class People:
    """Delivers what the emulator's SNS only logs."""

    def __init__(self, inbox: Inbox, endpoint: str) -> None:
        self._inbox = inbox
        self._endpoint = endpoint

    def with_delivery(self, original: Callable[..., None]) -> Callable[..., None]:
        """The fan-out of a topic, people's subscriptions included."""

        def fanout(  # noqa: PLR0917 - the emulator's signature
            topic_arn: str,
            msg_id: str,
            message: str,
            subject: str,
            message_structure: str = "",
            message_attributes: dict[str, Any] | None = None,
            message_group_id: str = "",
            message_dedup_id: str = "",
        ) -> None:
            rest = (message_structure, message_attributes, message_group_id, message_dedup_id)
            original(topic_arn, msg_id, message, subject, *rest)
            topic = sns._topic_by_arn_any_scope(topic_arn)  # noqa: SLF001 - an extension
            for subscription in list(topic["subscriptions"]) if topic else []:
                protocol = subscription["protocol"]
                if not subscription.get("confirmed") or protocol not in EMAIL_PROTOCOLS | {"sms"}:
                    continue
                text = sns._resolve_message_for_protocol(message, message_structure, protocol)  # noqa: SLF001
                attributes = message_attributes or {}
                if not sns._matches_filter_policy(subscription, attributes, text):  # noqa: SLF001
                    continue
                self._deliver(topic, subscription, msg_id, text=text, subject=subject, attributes=attributes)

        return fanout

    def with_phones(self, original: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        """Publish, with AWS's checks of subject and structure, and with messages straight to a phone number."""

        def publish(params: dict[str, Any]) -> Any:  # noqa: ANN401 - the emulator's response triple
            if outages.is_down("sns"):
                return sns._error("InternalError", "The request processing has failed.", 500)  # noqa: SLF001
            refusal = mail.refusal(*(sns._p(params, name) for name in ("Subject", "Message", "MessageStructure")))  # noqa: SLF001
            if refusal:
                return sns._error("InvalidParameter", f"Invalid parameter: {refusal}", 400)  # noqa: SLF001
            response = original(params)
            phone = sns._p(params, "PhoneNumber")  # noqa: SLF001
            if phone and response[0] == 200:  # noqa: PLR2004 - HTTP's OK
                self._inbox.keep(mail.sms(phone, str(sns._p(params, "Message"))))  # noqa: SLF001
            return response

        return publish

    def with_confirmation(self, original: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        """Subscribe, with e-mail subscriptions pending until their reader confirms; each call mails the link once more.

        As in AWS, it changes no attributes of a subscription that is there, and tells a pending one's ARN if asked to.
        """

        def subscribe(params: dict[str, Any]) -> Any:  # noqa: ANN401 - the emulator's response triple
            held = _held(params)
            if held and _differs(held, params):
                why = "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
                return sns._error("InvalidParameter", why, 400)  # noqa: SLF001
            response = original(params)
            topic_arn, protocol = sns._p(params, "TopicArn"), sns._p(params, "Protocol")  # noqa: SLF001
            pending = self._ask(topic_arn) if protocol in EMAIL_PROTOCOLS else []
            if held and not held["confirmed"] and protocol in EMAIL_PROTOCOLS:
                topic = sns._topic_by_arn_any_scope(topic_arn)  # noqa: SLF001
                self._inbox.keep(mail.confirmation(topic, held, self._endpoint))
                pending = [held]
            if not pending or sns._p(params, "ReturnSubscriptionArn") == "true":  # noqa: SLF001
                return response
            body = "<SubscribeResult><SubscriptionArn>pending confirmation</SubscriptionArn></SubscribeResult>"
            return sns._xml(200, "SubscribeResponse", body)  # noqa: SLF001

        return subscribe

    def with_opt_outs(self, original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """The emulator's SNS, with the question whether a number opted out of SMS: here none does."""

        async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:  # noqa: ANN401 - the emulator's response triple
            if b"Action=CheckIfPhoneNumberIsOptedOut&" in body:
                answer = "<CheckIfPhoneNumberIsOptedOutResult><isOptedOut>false</isOptedOut>"
                answer += "</CheckIfPhoneNumberIsOptedOutResult>"
                return sns._xml(200, "CheckIfPhoneNumberIsOptedOutResponse", answer)  # noqa: SLF001
            return await original(method, path, headers, body, query)

        return handle

    def with_pending_arns(self, original: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        """A listing of subscriptions, in which AWS hides the ARN of those that wait for their reader."""

        def listing(params: dict[str, Any]) -> Any:  # noqa: ANN401 - the emulator's response triple
            status, headers, body = original(params)
            for topic in list(sns._topics.values()):  # noqa: SLF001 - an extension
                for subscription in topic["subscriptions"]:
                    if not subscription.get("confirmed"):
                        shown = f"<SubscriptionArn>{subscription['arn']}<".encode()
                        body = body.replace(shown, b"<SubscriptionArn>PendingConfirmation<")
            return status, headers, body

        return listing

    def with_stack_confirmation(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """CloudFormation's creation of topics and subscriptions, with the same confirmations."""

        def create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:  # noqa: ANN401 - as the emulator's
            result = original(logical_id, props, stack_name)
            self._ask(props.get("TopicArn") or result[0])
            return result

        return create

    def _ask(self, topic_arn: str) -> list[Subscription]:
        """Asks each new subscriber of a topic for confirmation; returns their subscriptions."""
        topic = sns._topic_by_arn_any_scope(topic_arn)  # noqa: SLF001 - an extension
        asked = [s for s in topic["subscriptions"] if _is_new(s)] if topic else []
        for subscription in asked:
            subscription |= {"token": sns.new_uuid(), "confirmed": False, "_asked": True}
            subscription["attributes"]["PendingConfirmation"] = "true"
            if subscription["protocol"] in EMAIL_PROTOCOLS:
                self._inbox.keep(mail.confirmation(topic, subscription, self._endpoint))
            else:
                # The emulator asks subscribers of its API only, not those of a stack.
                asking = sns._send_subscription_confirmation(topic_arn, subscription)  # noqa: SLF001
                threading.Thread(target=asyncio.run, args=(asking,), daemon=True).start()
        if asked:
            sns._refresh_subscription_counts(topic)  # noqa: SLF001
        return asked

    def _deliver(
        self,
        topic: dict[str, Any],
        subscription: Subscription,
        message_id: str,
        *,
        text: str,
        subject: str,
        attributes: Any,  # noqa: ANN401 - as the emulator keeps them
    ) -> None:
        if subscription["protocol"] == "sms":
            self._inbox.keep(mail.sms(subscription["endpoint"], text, topic))
            return
        if subscription["protocol"] == "email-json":
            text = sns._build_envelope(topic["arn"], message_id, text, subject, attributes, raw=False)  # noqa: SLF001
        self._inbox.keep(mail.notification(topic, subscription, message_id, text, subject) | {"attributes": attributes})


def _held(params: dict[str, Any]) -> Subscription | None:
    """The subscription that the address has on the topic already."""
    topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))  # noqa: SLF001 - an extension
    wanted = (sns._p(params, "Protocol"), sns._p(params, "Endpoint"))  # noqa: SLF001
    held = (each for each in (topic or {}).get("subscriptions", ()) if (each["protocol"], each["endpoint"]) == wanted)
    return next(held, None)


def _differs(held: Subscription, params: dict[str, Any]) -> bool:
    """Whether a call asks for another attribute than the subscription has."""
    number = 1
    while key := sns._p(params, f"Attributes.entry.{number}.key"):  # noqa: SLF001 - an extension
        if held["attributes"].get(key) != sns._p(params, f"Attributes.entry.{number}.value"):  # noqa: SLF001
            return True
        number += 1
    return False


def _is_new(subscription: Subscription) -> bool:
    if subscription.get("_asked"):
        return False
    if subscription["protocol"] in EMAIL_PROTOCOLS:
        return True
    return (
        subscription["protocol"] in {"http", "https"}
        and not subscription["confirmed"]
        and not subscription.get("token")
    )
