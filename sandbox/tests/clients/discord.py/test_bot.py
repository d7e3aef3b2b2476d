"""A bot on discord.py goes through what bots do. Each test has a sandbox and a login of its own."""

import asyncio
import io
from datetime import datetime
from unittest import IsolatedAsyncioTestCase, main

import discord
import yarl
from discord import app_commands

from sandbox import SOON, Sandbox, until

MESSAGES = "/channels/{channel_id}/messages"


class Bot(discord.Client):
    """Answers to `/plan`, and keeps what it hears in order."""

    def __init__(self):
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
        # There is one guild and it comes at once; by default two seconds are waited for more.
        super().__init__(intents=intents, guild_ready_timeout=0.5)
        self.heard = []
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(plan)

    async def on_message(self, message):
        self.heard.append(message.content)

    async def on_disconnect(self):
        self.heard.append("(disconnected)")

    async def on_resumed(self):
        self.heard.append("(resumed)")


@app_commands.command(description="Plans something")
@app_commands.describe(title="What is planned")
async def plan(interaction: discord.Interaction, title: str):
    await interaction.response.defer()
    await interaction.edit_original_response(content=f"Planned: {title}")
    await interaction.followup.send("You alone see this", ephemeral=True)


@plan.autocomplete("title")
async def complete(_: discord.Interaction, typed: str):
    return [app_commands.Choice(name=f"{typed}rvey", value="survey")]


class Task(discord.ui.View):
    def __init__(self):
        super().__init__()
        self.asked = asyncio.Event()

    @discord.ui.button(label="Receive", custom_id="receive")
    async def receive(self, interaction: discord.Interaction, button: discord.ui.Button):
        button.label = "Again"
        await interaction.response.edit_message(content="Received", view=self)

    @discord.ui.button(label="Refuse", custom_id="refuse")
    async def refuse(self, interaction: discord.Interaction, _: discord.ui.Button):
        await interaction.response.send_modal(Reason())
        self.asked.set()


class Reason(discord.ui.Modal, title="Reason"):
    why = discord.ui.TextInput(label="Why?", custom_id="why", style=discord.TextStyle.paragraph)

    async def on_submit(self, interaction: discord.Interaction):
        await interaction.response.send_message(f"Because {self.why.value}", ephemeral=True)


class BotTest(IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.sandbox = await Sandbox.start()
        discord.http.Route.BASE = f"{self.sandbox.url}/api/v10"
        gateway = (await self.sandbox.get("state"))["gateway_url"]
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        self.bot = Bot()
        self.running = asyncio.create_task(self.bot.start(self.sandbox.token))
        await asyncio.wait_for(self.bot.wait_until_ready(), SOON)
        [self.guild] = self.bot.guilds
        self.channel = discord.utils.get(self.guild.text_channels, name="general")
        self.person = await self.sandbox.person("Officer One")

    async def asyncTearDown(self):
        await self.bot.close()
        await self.running
        violations = await self.sandbox.get("violations")
        await self.sandbox.stop()
        self.assertEqual(violations, [], "bodies that break Discord's OpenAPI document")

    async def test_connects_and_knows_the_guild(self):
        state = await self.sandbox.get("state")
        self.assertEqual(self.bot.user.id, int(state["bot"]["id"]))
        self.assertEqual(self.bot.application_id, int(state["bot"]["application_id"]))
        self.assertEqual(self.guild.name, state["guild"]["name"])
        for known, kind in ((self.guild.channels, "channels"), (self.guild.roles, "roles")):
            self.assertCountEqual([one.id for one in known], [int(one["id"]) for one in state[kind]])
        member = await self.guild.fetch_member(self.person.id)
        self.assertEqual(member.display_name, "Officer One")

    async def test_registers_a_command_completes_an_option_and_answers_late(self):
        await self.bot.tree.sync()
        [registered] = await self.bot.tree.fetch_commands()
        self.assertEqual((registered.name, registered.options[0].name), ("plan", "title"))

        choices = await self.person.type(self.channel, "plan", "title", "su")
        self.assertEqual(choices, [{"name": "survey", "value": "survey"}])

        message = (await self.person.run(self.channel, "plan", title="survey"))["message"]
        self.assertEqual(message["content"], "Planned: survey")
        self.assertEqual(int(message["interaction_metadata"]["user"]["id"]), self.person.id)

        async def aside():
            return "You alone see this" in await self.person.sees(self.channel)

        await until("the aside", aside)

    async def test_a_button_changes_its_message(self):
        card = await self.channel.send("A task", view=Task())
        await self.person.press(self.channel, card, "receive")
        changed = await self.channel.fetch_message(card.id)
        self.assertEqual(changed.content, "Received")
        self.assertEqual(changed.components[0].children[0].label, "Again")

    async def test_a_modal_asks_and_is_answered_in_secret(self):
        task = Task()
        card = await self.channel.send("A task", view=task)
        opened = await self.person.press(self.channel, card, "refuse")
        # No person is faster than the answer to the bot's call.
        await asyncio.wait_for(task.asked.wait(), SOON)
        self.assertEqual(opened["modal"]["title"], "Reason")
        outcome = await self.person.submit(self.channel, opened, "why", "it rains")
        message = outcome["message"]
        self.assertEqual((message["content"], message["flags"]), ("Because it rains", 64))

    async def test_threads_are_made_talked_in_and_archived(self):
        starter = await self.channel.send("Let us talk")
        thread = await starter.create_thread(name="Talk", reason="asked for")
        self.assertEqual(thread.id, starter.id)

        def from_person(message):
            return message.author.id == self.person.id

        heard = self.bot.wait_for("message", check=from_person, timeout=SOON)
        message, _ = await asyncio.gather(heard, self.person.say(thread, "Here I am"))
        self.assertEqual((message.channel, message.content), (thread, "Here I am"))
        with self.assertRaises(discord.HTTPException) as refusal:
            await starter.create_thread(name="Twice")
        self.assertEqual(refusal.exception.code, 160004)

        hidden = await self.channel.create_thread(name="Between us", invitable=False)
        self.assertEqual(hidden.type, discord.ChannelType.private_thread)
        await hidden.add_user(discord.Object(self.person.id))
        self.assertIn(self.person.id, [member.id for member in await hidden.fetch_members()])
        await hidden.edit(archived=True)
        archived = [one async for one in self.channel.archived_threads(private=True)]
        self.assertEqual(archived, [hidden])

    async def test_the_same_nonce_gives_the_same_message(self):
        first = await self.channel.send("Said once", nonce="n-1")
        again = await self.channel.send("Said once", nonce="n-1")
        other = await self.channel.send("Said once", nonce="n-2")
        self.assertEqual(again, first)
        self.assertEqual([one async for one in self.channel.history()], [other, first])

    async def test_what_is_uploaded_can_be_read_back(self):
        table = "tỉnh,năm\nĐà Nẵng,2026\n".encode()
        file = discord.File(io.BytesIO(table), "tinh.csv", description="A table")
        sent = await self.channel.send(file=file)
        [file] = (await self.channel.fetch_message(sent.id)).attachments
        self.assertEqual((file.filename, file.description), ("tinh.csv", "A table"))
        self.assertEqual(await file.read(), table)

    async def test_history_is_read_page_by_page(self):
        await self.sandbox.post("flood", {"channel_id": str(self.channel.id), "count": 250})
        history = self.channel.history(limit=None, oldest_first=True)
        self.assertEqual([message.content async for message in history], flood(250))
        self.assertEqual(len(await self.sandbox.requests("GET", MESSAGES)), 3)

    async def test_a_lost_connection_is_resumed_and_nothing_is_missed(self):
        await self.sandbox.fault(event="MESSAGE_CREATE", skip=100, effect="gateway_drop")
        body = {"channel_id": str(self.channel.id), "count": 500, "per_second": 1000}
        await self.sandbox.post("flood", body)

        async def all_is_heard():
            return "(resumed)" in self.bot.heard and len(self.bot.heard) >= 502

        await until("the whole flood", all_is_heard)
        heard = self.bot.heard
        lost, resumed = heard.index("(disconnected)"), heard.index("(resumed)")
        self.assertLess(lost + 1, resumed, "nothing was said in the meantime")
        self.assertEqual([line for line in heard if not line.startswith("(")], flood(500))
        self.assertEqual((await self.sandbox.get("state"))["bot"]["sessions"], 1)

    async def test_a_429_is_respected(self):
        for scope in ("user", "shared", "global"):
            with self.subTest(scope):
                route = "/channels/*/messages"
                fault = {"effect": "rate_limit", "scope": scope, "retry_after": 1}
                await self.sandbox.fault(method="POST", route=route, **fault)
                await self.channel.send("Patience")
                calls = (await self.sandbox.requests("POST", MESSAGES))[-2:]
                self.assertEqual([call["status"] for call in calls], [429, 200])
                first, second = (datetime.fromisoformat(call["at"]) for call in calls)
                self.assertGreaterEqual((second - first).total_seconds(), 1)


def flood(count):
    return [f"Message {number} of a flood of {count}." for number in range(1, count + 1)]


if __name__ == "__main__":
    main()
