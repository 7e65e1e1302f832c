-- Why: a notification is one trace, from the request that sent it to the calls of its deliveries. Where traces are recorded,
-- its row names the request's span, as the header `traceparent` does; elsewhere it is NULL.

ALTER TABLE notifications ADD COLUMN traceparent TEXT;
