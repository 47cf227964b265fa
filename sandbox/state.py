"""Where the web application keeps its sandbox."""

from aiohttp import web

from sandbox.world import Sandbox

SANDBOX = web.AppKey("sandbox", Sandbox)
