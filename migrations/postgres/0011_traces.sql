-- Why: a notification is one trace, from the request that sent it to the calls of its deliveries, which other processes
-- make, perhaps days later. Where traces are recorded, its row names the request's span, as the header `traceparent` does;
-- elsewhere it is NULL and takes no room. No statement looks for it, so it has no index.

ALTER TABLE notifications ADD COLUMN traceparent text;
