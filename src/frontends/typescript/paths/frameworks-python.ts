// Frameworks of Python that run the functions they are given: for each request, message, job or command. Data, and two questions about it.
import type { EntryPoint } from '../../../core/index.ts';
import type { Foreign } from '../evaluator/values.ts';

type Sort = EntryPoint['sort'];

/** By the package that is imported. */
const FRAMEWORKS: readonly (readonly [packages: RegExp, sort: Sort])[] = [
  [
    /^py:(?:fastapi|starlette|flask|flask_restful|flask_restx|flask_openapi3|quart|sanic|aiohttp|litestar|starlite|falcon|bottle|tornado|django|rest_framework|ninja|robyn|blacksheep|cherrypy|pyramid|hug|connexion|functions_framework|azure\.functions|modal|ray|bentoml|beam|chalice|mangum|chatkit|aws_lambda_powertools|socketio|flask_socketio|jupyter_server)$/,
    'http',
  ],
  [
    /^py:(?:telegram|telebot|aiogram|pyrogram|telethon|discord|nextcord|disnake|interactions|slack_bolt|slack_sdk|botbuilder|microsoft|chainlit|twilio|mattermostdriver|nio|pywa|linebot|line|wechaty|revolt|twitchio|livekit|pipecat|viber|vkbottle|vk_api)$/,
    'chat-bot',
  ],
  [
    /^py:(?:celery|dramatiq|rq|arq|huey|taskiq|faststream|kafka|aiokafka|confluent_kafka|pika|aio_pika|nats|procrastinate|prefect|dagster|airflow|temporalio|inngest|hatchet_sdk|restate|google\.cloud\.pubsub|saq)$/,
    'queue',
  ],
  [/^py:(?:apscheduler|schedule|aiocron|fastapi_utils|rocketry)$/, 'cron'],
  [/^py:(?:mcp|fastmcp)$/, 'mcp'],
  [/^py:(?:click|typer|fire|asyncclick|cyclopts|docopt|plac|argh)$/, 'cli'],
  [/^py:(?:gradio|streamlit|nicegui|dash|panel|solara|reflex|flet|mesop|taipy|textual|shiny|h2o_wave)$/, 'ui'],
];

/** Functions of frameworks that hand their argument back, run it at once, or use it for something else than a request. */
const NO_REGISTRATION =
  /^(?:Depends|Security|add_task|run_in_threadpool|iterate_in_threadpool|run_sync|run_in_executor|cache\w*|experimental_\w+|memo|singleton|fragment|dialog|wraps|make_async|make_sync|create_task|to_thread|gather|field_validator|set_defaults|patch|Field|Option|Argument|option|argument|pass_\w+|version_option|group|dependency_overrides|lifespan|Lifespan|FastAPI|Starlette|Litestar|Sanic|loop|sleep|wait_for|permissions|has_\w+|describe|check|cooldown|guild_only|is_owner|choices|autocomplete|capture_\w+|log_metrics|inject_lambda_context|event_source|idempotent|validator)$/;

/** What sort of requests a framework runs functions for; undefined: the package is none. */
export function sortOfPackage(name: string): Sort | undefined {
  return name.startsWith('py:') ? FRAMEWORKS.find(([packages]) => packages.test(name))?.[1] : undefined;
}

/** Is a callee a function of a framework that takes handlers? */
export function takesHandlers(callee: Foreign): boolean {
  if (sortOfPackage(callee.package) === undefined) return false;
  const last = callee.steps.at(-1);
  // `@cl.on_message(...)`, and what a call gave: `@app.command("ask")(...)`.
  const name = last?.kind === 'member' ? last.name : '';
  return !NO_REGISTRATION.test(name);
}

/** Middleware, hooks and other functions that run around every request of an app. */
export const FOR_ALL =
  /^(?:middleware|add_middleware|before_request|after_request|before_app_request|on_request|register_middleware|outer_middleware|middleware_stack|Middleware|use)$/;
