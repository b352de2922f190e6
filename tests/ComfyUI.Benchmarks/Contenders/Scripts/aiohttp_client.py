"""A minimal client of the kind people write with aiohttp: one session, one WebSocket, the history when a job has ended."""
import asyncio
import json
import os
import sys
import time
import uuid

import aiohttp

STEP = 1024 * 1024


class Client:
    async def connect(self, uri, folder):
        self.uri, self.folder = uri, folder
        self.client_id = str(uuid.uuid4())
        self.waiting = {}
        self.http = aiohttp.ClientSession()
        self.socket = await self.http.ws_connect(uri + "ws?clientId=" + self.client_id, max_msg_size=0)
        self.reader = asyncio.create_task(self.read())

    async def read(self):
        async for message in self.socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                event = json.loads(message.data)
                data = event["data"]
                if event["type"] == "executing" and data.get("node") is None:
                    future = self.waiting.pop(data.get("prompt_id"), None)
                    if future is not None:
                        future.set_result(None)

    async def run(self, prompt):
        job = str(uuid.uuid4())
        self.waiting[job] = done = asyncio.get_running_loop().create_future()
        body = {"prompt": prompt, "client_id": self.client_id, "prompt_id": job}
        async with self.http.post(self.uri + "prompt", json=body) as response:
            response.raise_for_status()
            await response.json()
        await done
        async with self.http.get(self.uri + "history/" + job) as response:
            entry = (await response.json())[job]
        for output in entry["outputs"].values():
            for files in output.values():
                for file in files:
                    await self.save(file)

    async def save(self, file):
        target = os.path.join(self.folder, file["filename"])
        partial = target + "." + uuid.uuid4().hex
        async with self.http.get(self.uri + "view", params=file) as response:
            response.raise_for_status()
            with open(partial, "wb") as out:
                async for chunk in response.content.iter_chunked(STEP):
                    out.write(chunk)
        os.replace(partial, target)

    async def upload(self, path):
        form = aiohttp.FormData()
        with open(path, "rb") as file:
            form.add_field("image", file, filename=os.path.basename(path))
            form.add_field("overwrite", "true")
            async with self.http.post(self.uri + "upload/image", data=form) as response:
                response.raise_for_status()
                await response.json()


def answer(times, completed=1, **more):
    return dict(more, ms=[value * 1000 for value in times], completed=completed)


async def do(client, command):
    what = command["command"]
    if what == "connect":
        await client.connect(command["uri"], command["folder"])
        return {}
    if what in ("run", "many"):
        with open(command["prompt"]) as file:
            prompt = json.load(file)
    if what == "run":
        times = []
        for _ in range(command["count"]):
            started = time.perf_counter()
            await client.run(prompt)
            times.append(time.perf_counter() - started)
        return answer(times, len(times))
    started = time.perf_counter()
    completed = 1
    if what == "many":
        ended = await asyncio.gather(*(client.run(prompt) for _ in range(command["count"])), return_exceptions=True)
        completed = sum(one is None for one in ended)
    elif what == "download":
        slots = asyncio.Semaphore(4)

        async def save(name):
            async with slots:
                await client.save({"filename": name, "subfolder": "", "type": "output"})

        await asyncio.gather(*(save(name) for name in command["files"]))
    elif what == "upload":
        await client.upload(command["path"])
    elif what == "catalogue":
        with open(command["path"], "rb") as file:
            text = file.read()
        started = time.perf_counter()
        catalogue = json.loads(text)
        completed = int(len(catalogue[command["class"]]["input"]) > 0)
    else:
        raise ValueError(what)
    return answer([time.perf_counter() - started], completed)


async def main():
    client = Client()
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            break
        try:
            reply = await do(client, json.loads(line))
        except Exception as problem:
            reply = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(reply), flush=True)
    await client.http.close()


asyncio.run(main())
