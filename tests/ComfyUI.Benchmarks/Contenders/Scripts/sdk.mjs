// @saintno/comfyui-sdk as its README shows it: ComfyApi, PromptBuilder and CallWrapper, then the picture's address.
import { readFile, rename, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { CallWrapper, ComfyApi, PromptBuilder } from "@saintno/comfyui-sdk";

console.log = console.info = console.warn = () => {};
let api, folder;

const now = () => performance.now();

async function save(file) {
  const target = join(folder, file.filename);
  const partial = target + "." + randomUUID();
  const blob = await api.getImage(file);
  await writeFile(partial, Buffer.from(await blob.arrayBuffer()));
  await rename(partial, target);
}

function start(prompt) {
  return new Promise((resolve, reject) => {
    const output = Object.keys(prompt).find((id) => prompt[id].class_type === "SaveImage");
    const builder = new PromptBuilder(prompt, [], ["images"]).setOutputNode("images", output);
    new CallWrapper(api, builder)
      .onFinished((data) => resolve(data.images.images))
      .onFailed(reject)
      .run();
  });
}

async function run(prompt) {
  for (const file of await start(prompt)) await save(file);
}

async function obey(command) {
  if (command.command === "connect") {
    folder = command.folder;
    api = new ComfyApi(command.uri.replace(/\/$/, ""));
    await api.init().waitForReady();
    return {};
  }
  if (command.command === "run") {
    const prompt = JSON.parse(await readFile(command.prompt, "utf8"));
    const ms = [];
    for (let i = 0; i < command.count; i++) {
      const started = now();
      await run(prompt);
      ms.push(now() - started);
    }
    return { ms, completed: ms.length };
  }
  const started = now();
  let completed = 1;
  if (command.command === "many") {
    const prompt = JSON.parse(await readFile(command.prompt, "utf8"));
    completed = 0;
    const all = Array.from({ length: command.count }, () => run(prompt).then(() => completed++, () => {}));
    // Says how far it came before it is stopped.
    await Promise.race([Promise.all(all), new Promise((resolve) => setTimeout(resolve, command.limit))]);
  } else if (command.command === "download") {
    for (const filename of command.files) await save({ filename, subfolder: "", type: "output" });
  } else if (command.command === "upload") {
    await api.uploadImage(await readFile(command.path), "upload.bin", { override: true });
  } else {
    throw new Error("not supported");
  }
  return { ms: [now() - started], completed };
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = await obey(JSON.parse(line));
  } catch (problem) {
    reply = { error: String(problem) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
}
process.exit(0);
