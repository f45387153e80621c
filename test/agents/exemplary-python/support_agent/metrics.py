"""What is counted and measured; GET /metrics shows it. The alerts and dashboards in monitoring/ use these names."""

from .prometheus import Counter, Gauge, Histogram

# Reaches beyond the alert at 10 s and the limit of a request at 20 s.
SECONDS = (0.25, 0.5, 1, 2, 4, 6, 8, 10, 15, 20, 30, 60)

REQUESTS = Counter("agent_requests_total", "Requests by outcome", ["outcome"])
ERRORS = Counter("agent_errors_total", "Failed requests by kind", ["kind"])
DURATION = Histogram("agent_request_duration_seconds", "From the request to the last byte of the reply", SECONDS)
TOKENS = Counter("agent_tokens_total", "Tokens", ["model", "direction"])
COST = Counter("agent_cost_usd_total", "US dollars", ["model"])
QUOTA = Gauge("agent_token_quota", "Tokens that may be used in a day")
MODEL_ERRORS = Counter("agent_model_errors_total", "Failed attempts to call the model API", ["kind"])
MODEL_DURATION = Histogram("agent_model_duration_seconds", "Model calls", SECONDS)
TOOL_CALLS = Counter("agent_tool_calls_total", "Tool calls", ["tool", "outcome"])
TOOL_DURATION = Histogram("agent_tool_duration_seconds", "Tool calls", SECONDS, ["tool"])
ESCALATIONS = Counter("agent_escalations_total", "Handed to a human", ["reason"])
FEEDBACK = Histogram("agent_feedback_score", "Satisfaction, 1 to 5", (1, 2, 3, 4, 5))
