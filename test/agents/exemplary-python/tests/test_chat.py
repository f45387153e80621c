"""Whole requests against a scripted model: answers, tools, failures, and limits."""

import itertools
import json
import logging
import unittest
from typing import Any

from .stand_in import asked, forget, script

from support_agent.approvals import open_approvals
from support_agent.chat import Reply, chat

_users = (f"user{number}" for number in itertools.count())


class ChatTest(unittest.TestCase):
    """Each test has a user of its own, and fresh counts."""

    def setUp(self) -> None:
        logging.disable()
        self.addCleanup(logging.disable, logging.NOTSET)
        forget()
        self.user = next(_users)

    def say(self, message: Any, user: str | None = None) -> Reply:
        return chat({"message": message, "user": user or self.user})

    def result(self) -> dict[str, Any]:
        """What the tool gave to the model."""
        found: dict[str, Any] = asked[-1]["messages"][-1]["content"][0]
        return found


class Answers(ChatTest):
    def test_answers(self) -> None:
        script({"text": "Hello!"})
        self.assertEqual(self.say("Hi"), Reply(200, "Hello!"))
        self.assertEqual(asked[0]["max_tokens"], 1024)

    def test_remembers_what_was_said_and_to_whom(self) -> None:
        script({"text": "Hello!"})
        self.say("My boat is called Plum")
        self.say("What is it called?")
        self.assertIn("Plum", json.dumps(asked[1]))
        self.say("What is it called?", "somebody-else")
        self.assertNotIn("Plum", json.dumps(asked[2]))

    def test_streams(self) -> None:
        script({"tool": "find_order", "input": {"order_id": "HS-10482"}}, {"text": "It is on its way. Call +1 415 555 0132."})
        sent: list[str] = []
        chat({"message": "Where is it?", "user": "ada"}, emit=sent.append)
        self.assertEqual(sent, ["It is on its way. ", "Call [phone]."])
        self.assertFalse(self.result()["is_error"])

    def test_a_stream_that_breaks_off_says_so_and_is_not_begun_again(self) -> None:
        script({"text": "It is on its way. It will", "cut": True})
        sent: list[str] = []
        reply = chat({"message": "Where is it?", "user": "ada"}, emit=sent.append)
        self.assertEqual((reply.failed, len(asked)), ("api", 1))
        self.assertEqual(sent, ["It is on its way. ", reply.reply])


class Tools(ChatTest):
    def test_find_order_finds_an_order_of_the_customer(self) -> None:
        script({"tool": "find_order", "input": {"order_id": "HS-10482"}}, {"text": "It is on its way."})
        self.assertEqual(self.say("Where is it?", "ada").reply, "It is on its way.")
        self.assertFalse(self.result()["is_error"])
        self.assertIn("on its way", self.result()["content"])

    def test_find_order_does_not_find_the_order_of_somebody_else(self) -> None:
        script({"tool": "find_order", "input": {"order_id": "HS-10611"}}, {"text": "I cannot find it."})
        self.assertEqual(self.say("Where is it?", "ada").reply, "I cannot find it.")
        self.assertTrue(self.result()["is_error"])

    def test_find_order_refuses_wrong_arguments(self) -> None:
        script({"tool": "find_order", "input": {"order_id": "../../etc/passwd"}}, {"text": "Which order?"})
        self.assertEqual(self.say("Where is it?").reply, "Which order?")
        self.assertTrue(self.result()["is_error"])
        self.assertIn("Wrong arguments", self.result()["content"])

    def test_arguments_that_are_no_json_are_an_error_for_the_model(self) -> None:
        script({"tool": "find_order", "input": "{", "tokens": (1, 1)}, {"text": "Which order?"})
        chat({"message": "Where is it?", "user": "ada"}, emit=lambda _: None)
        self.assertTrue(self.result()["is_error"])

    def test_search_articles_gives_articles_as_data_without_connection_strings(self) -> None:
        script({"tool": "search_articles", "input": {"query": "pumps"}}, {"text": "Within 30 days."})
        self.assertEqual(self.say("Can I return a pump?").reply, "Within 30 days.")
        expected = "<data>Pumps can be returned within 30 days. Database: [internal address]</data>"
        self.assertEqual(self.result()["content"], expected)

    def test_search_articles_refuses_wrong_arguments(self) -> None:
        script({"tool": "search_articles", "input": {}}, {"text": "What do you look for?"})
        self.assertEqual(self.say("Search").reply, "What do you look for?")
        self.assertTrue(self.result()["is_error"])

    def test_request_refund_waits_for_a_colleague(self) -> None:
        script({"tool": "request_refund", "input": {"order_id": "HS-10482", "reason": "broken"}}, {"text": "It takes a day."})
        self.assertEqual(self.say("I want my money back", "ada").reply, "It takes a day.")
        self.assertFalse(self.result()["is_error"])
        self.assertIn("Not done yet", self.result()["content"])
        self.assertEqual([(one["tool"], one["user"]) for one in open_approvals()], [("request_refund", "ada")])

    def test_request_refund_refuses_wrong_arguments(self) -> None:
        script({"tool": "request_refund", "input": {"order_id": 7}}, {"text": "Which order?"})
        self.assertEqual(self.say("I want my money back").reply, "Which order?")
        self.assertTrue(self.result()["is_error"])

    def test_a_tool_that_does_not_exist_is_an_error_for_the_model(self) -> None:
        script({"tool": "drop_tables", "input": {}}, {"text": "I cannot do that."})
        self.assertEqual(self.say("Go").reply, "I cannot do that.")
        self.assertEqual((self.result()["is_error"], self.result()["content"]), (True, "There is no such tool."))


class Failures(ChatTest):
    def test_each_failure_has_its_reply_and_only_what_may_pass_is_tried_again(self) -> None:
        for step, failed, calls in (
            ({"status": 529}, "api", 3),
            ({"status": 429}, "api", 3),
            ({"status": 400}, "api", 1),
            ({"status": 401}, "api", 1),
            ({"raw": '{"id": '}, "parse", 1),
            ({"raw": "{}"}, "parse", 1),
            ({"text": ""}, "parse", 1),
            ({"text": "no", "stop": "refusal"}, "safety", 1),
        ):
            with self.subTest(step):
                script(step)
                answer = self.say("Hi")
                self.assertEqual((answer.failed, len(asked)), (failed, calls))
                self.assertRegex(answer.reply, "try again|ask again|ask it plainly")
                self.assertNotRegex(answer.reply, "sk-ant|Error|provider")

    def test_a_lost_model_is_found_again(self) -> None:
        script({"status": 529}, {"text": "Hello!"})
        self.assertEqual(self.say("Hi").reply, "Hello!")

    def test_an_answer_that_was_cut_says_so(self) -> None:
        script({"text": "First,", "stop": "max_tokens"})
        self.assertIn("cut short", self.say("Hi").reply)

    def test_the_same_call_again_and_again_ends(self) -> None:
        script({"tool": "find_order", "input": {"order_id": "HS-10482"}})
        self.assertEqual((self.say("Hi").failed, len(asked)), ("loop", 3))

    def test_a_caller_that_has_hung_up_costs_nothing(self) -> None:
        script({"text": "Hello!"})
        self.assertEqual(chat({"message": "Hi", "user": self.user}, gone=lambda: True).failed, "timeout")
        self.assertEqual(asked, [])


class Limits(ChatTest):
    def test_a_dear_request_ends(self) -> None:
        script({"tool": "find_order", "input": {"order_id": "HS-10482"}, "tokens": (150_000, 5000)})
        self.assertEqual((self.say("Hi").failed, len(asked)), ("budget", 1))

    def test_a_user_has_20_requests_an_hour_and_others_have_theirs(self) -> None:
        script({"text": "Hello!"})
        for _ in range(20):
            self.assertEqual(self.say("Hi").status, 200)
        refused = self.say("Hi")
        self.assertEqual((refused.status, refused.failed), (429, "limit"))
        self.assertEqual(self.say("Hi", "another").status, 200)

    def test_a_user_has_a_dollar_a_day_and_all_have_five_an_hour(self) -> None:
        script({"text": "Hello!", "tokens": (400_000, 0)})
        self.say("Hi")
        self.assertEqual(self.say("Hi").failed, "limit")
        for number in range(5):
            self.say("Hi", f"rich{number}")
        self.assertEqual(self.say("Hi", "fresh").failed, "limit")

    def test_the_cheaper_model_answers_when_the_money_of_the_hour_runs_low(self) -> None:
        script({"text": "Hello!", "tokens": (400_000, 0)})
        for number in range(5):
            self.say("Hi", f"rich{number}")
        self.assertEqual([question["model"] for question in asked], ["claude-sonnet-4-6"] * 4 + ["claude-haiku-4-5"])
