"""The queue function that sends deliveries to the webhooks of users."""

import azure.functions as func

from shared.app.context import AppContext
from shared.http.handler import queue_handler
from shared.queue.message_queue import DELIVERY_QUEUE

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="message", queue_name=DELIVERY_QUEUE, connection="AzureWebJobsStorage")
@queue_handler
async def webhook_deliveries(app: AppContext, message: func.QueueMessage) -> None:
    """Makes one attempt of a delivery. The message is its id, after ``resend `` if it is dead."""
    await app.delivery_worker.deliver(message.get_body().decode(), dequeue_count=message.dequeue_count)
