"""A sandbox of its own for each test, and the people in it, who act as Discord's client does."""

import asyncio
import os
import uuid
from pathlib import Path

import aiohttp

PROGRAM = os.environ.get(
    "SANDBOX", str(Path(__file__).parents[4] / "target/debug/discord-sandbox")
)

# Whatever a test waits for comes within these seconds or not at all.
SOON = 10


async def until(what, find):
    """Waits until `find` gives something."""
    try:
        async with asyncio.timeout(SOON):
            while not (found := await find()):
                await asyncio.sleep(0.01)
            return found
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


class Sandbox:
    @classmethod
    async def start(cls):
        """Starts the program on a free port and reads where it listens and how the bot logs in."""
        self = cls()
        self.program = await asyncio.create_subprocess_exec(
            PROGRAM,
            "--port",
            "0",
            env={"RUST_LOG": "warn", **os.environ},
            stdout=asyncio.subprocess.PIPE,
        )
        async for line in self.program.stdout:
            name, _, value = line.decode().strip().partition(": ")
            if name.startswith("API"):
                self.url = value
            if name == "Bot token":
                self.token = value.strip()
                self.http = aiohttp.ClientSession(self.url, raise_for_status=refuse)
                return self
        raise AssertionError(f"{PROGRAM} ended before it listened")

    async def stop(self):
        await self.http.close()
        self.program.terminate()
        await self.program.wait()

    async def get(self, path):
        async with self.http.get(f"/sandbox/{path}") as response:
            return await response.json()

    async def post(self, path, body):
        async with self.http.post(f"/sandbox/{path}", json=body):
            pass

    async def fault(self, **fault):
        """Something goes wrong, once."""
        await self.post("faults", fault)

    async def requests(self, method, route):
        """The bot's calls of one route, in order."""
        calls = await self.get("requests")
        return [call for call in calls if (call["method"], call["route"]) == (method, route)]

    async def person(self, name):
        users = (await self.get("state"))["users"]
        return Person(self, next(user for user in users if user["name"] == name))


async def refuse(response):
    if not response.ok:
        raise AssertionError(f"{response.url}: {response.status} {await response.text()}")


COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


class Person:
    def __init__(self, sandbox, user):
        self.id = int(user["id"])
        self._sandbox = sandbox
        self._token = user["token"]

    async def _post(self, path, body):
        headers = {"Authorization": self._token}
        async with self._sandbox.http.post(f"/api/v10{path}", headers=headers, json=body):
            pass

    async def say(self, channel, content):
        await self._post(f"/channels/{channel.id}/messages", {"content": content})

    async def sees(self, channel):
        """What is written in a channel, what this person alone is shown included."""
        path = f"view?token={self._token}&channel_id={channel.id}"
        return [message["content"] for message in (await self._sandbox.get(path))["messages"]]

    async def _interact(self, kind, channel, data, **more):
        """Begins an interaction and waits for what comes of it."""
        nonce = str(uuid.uuid4())
        body = {"type": kind, "nonce": nonce, "channel_id": str(channel.id), "data": data}
        await self._post("/interactions", body | more)

        async def outcome():
            [outcome] = await self._sandbox.get(f"interactions?nonce={nonce}")
            if outcome["status"] == "failed":
                raise AssertionError("the bot did not answer in time")
            thinking = outcome.get("message", {}).get("flags", 0) & 128
            return outcome if outcome["status"] != "waiting" and not thinking else None

        return await until(f"the answer to interaction {nonce}", outcome)

    async def type(self, channel, name, option, text):
        options = [{"name": option, "type": 3, "value": text, "focused": True}]
        data = {"name": name, "options": options}
        return (await self._interact(AUTOCOMPLETE, channel, data))["choices"]

    async def run(self, channel, name, **given):
        options = [{"name": option, "type": 3, "value": value} for option, value in given.items()]
        return await self._interact(COMMAND, channel, {"name": name, "options": options})

    async def press(self, channel, message, custom_id):
        data = {"component_type": 2, "custom_id": custom_id}
        return await self._interact(COMPONENT, channel, data, message_id=str(message.id))

    async def submit(self, channel, opened, field, value):
        """Fills in the only field of a modal."""
        row = {"type": 1, "components": [{"type": 4, "custom_id": field, "value": value}]}
        data = {"id": opened["id"], "custom_id": opened["modal"]["custom_id"], "components": [row]}
        return await self._interact(MODAL, channel, data)
