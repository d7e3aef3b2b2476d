"""The README's program in Python does what it says."""

import asyncio
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest import IsolatedAsyncioTestCase

from sandbox import Sandbox, until

README = Path(__file__).parents[3] / "README.md"


class ReadmeTest(IsolatedAsyncioTestCase):
    async def test_the_bot_answers(self):
        [program] = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
        sandbox = await Sandbox.start()
        self.addAsyncCleanup(sandbox.stop)
        address = sandbox.url.removeprefix("http://")
        text = program.replace("127.0.0.1:8888", address).replace("TOKEN", sandbox.token)
        bot = await asyncio.create_subprocess_exec(sys.executable, "-c", text)
        self.addAsyncCleanup(bot.wait)
        self.addCleanup(bot.terminate)

        async def connected():
            return (await sandbox.get("state"))["bot"]["sessions"] > 0

        async def answered():
            return "pong" in await person.sees(channel)

        await until("the bot", connected)
        channel = SimpleNamespace(id=(await sandbox.get("state"))["channels"][0]["id"])
        person = await sandbox.person("Officer One")
        await person.say(channel, "ping")
        await until("its answer", answered)
