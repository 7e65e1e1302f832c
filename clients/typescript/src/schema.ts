// Made by `npm run generate` from the OpenAPI document. Do not edit.

export interface paths {
    "/api/v1/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the caller's addresses in chat and phone services, by channel. */
        get: operations["list_addresses"];
        put?: never;
        /**
         * Registers the caller's address in a chat or phone service.
         * @description A user has one address for each channel; another one replaces it. Notifications reach it if the tenant's provider of the channel
         *     has no address among its settings. An address that the service reported as gone is used again once it is registered again.
         */
        post: operations["put_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/addresses/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes the caller's address in a channel. Deliveries that have not left are not sent there. */
        delete: operations["remove_address"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the tenant's API keys, newest first, without their secrets. */
        get: operations["list_api_keys"];
        put?: never;
        /**
         * Creates an API key. The response shows the whole key, once. A tenant can have 100 active keys, unless the operator of the
         *     installation sets another number. A key with the scope `platform` requires the scope `platform`.
         */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves an API key, without its secret. */
        get: operations["show_api_key"];
        put?: never;
        post?: never;
        /**
         * Revokes an API key. Every server rejects it within 5 s, and streams that were opened with it end within 30 s. The key
         *     stays on the list, as `revoked`.
         */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/api-keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces an API key by a new one that allows the same. The old key can still be used for the time `overlap`, 24 hours
         *     unless the request says otherwise. The response shows the whole new key, once.
         */
        post: operations["rotate_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what operators did, most recent first.
         * @description Every change by an operator is in the log, whether it came through this API or the command line. An entry and the change
         *     that it is about are one transaction. Entries never change, and are removed only when their retention period ends.
         *
         *     A page looks at 2,000 entries at most. If few of them match, it is short or empty although `next_cursor` is set.
         */
        get: operations["list_audit_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exports the audit log as JSON lines, oldest first: one entry per line, with the fields of the list.
         * @description To continue, pass the `id` of the last line as `after`. An empty response means that there is no newer entry yet, so
         *     the same call also follows the log. `before` and `after` of an entry are written byte by byte as they were hashed.
         */
        get: operations["export_audit_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/audit-log/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves the retention period of the tenant's audit log. */
        get: operations["show_audit_retention"];
        /**
         * Sets the retention period of the tenant's audit log, or resets it to the installation's default.
         * @description Older entries are permanently removed within a day. The period is at least 30 days, and the change is itself an entry.
         *     The entries that are left stay verifiable.
         */
        put: operations["put_audit_retention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/brand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the tenant's brand, as editors work on it. */
        get: operations["get_brand"];
        /**
         * Sets the tenant's brand, which templates have as `brand`. A field that is left out is removed. It becomes part of a
         *     version when the type `_shared` is published next. To replace a brand, send its `ETag` in `If-Match`, or `If-Match: *`.
         */
        put: operations["put_brand"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the tenant's dead letters, most recent first. */
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Permanently removes dead letters, oldest first. The deliveries stay `dead` in the timeline.
         * @description Deliveries that die after the request arrived are not purged. A large selection is processed in batches for at
         *     most half of the request timeout. If `more` is `true`, repeat the request to purge the rest.
         */
        post: operations["purge_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replays dead letters, oldest first. Each delivery is due immediately, keeps its id and starts its retry schedule
         *     from the beginning. Earlier attempts stay in the timeline.
         * @description A dead letter with the code `unreadable_message` names no delivery, so it cannot be replayed. It is not counted
         *     and stays in the list until it is purged.
         *
         *     Deliveries that die after the request arrived are not replayed. A large selection is processed in batches for at
         *     most half of the request timeout. If `more` is `true`, repeat the request to replay the rest.
         */
        post: operations["replay_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/ingest-addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the tenant's ingest addresses, newest first, without their keys. */
        get: operations["list_ingest_addresses"];
        put?: never;
        /**
         * Creates an address to which a program sends in its own protocol: the Apprise API, ntfy, webhooks of Alertmanager or
         *     Grafana, or JSON of any shape. The answer has the key, which is not shown again. The program sends to `path`, with the key in
         *     the path or as its credential. A tenant can have 200 addresses in use.
         */
        post: operations["create_ingest_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/ingest-addresses/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes an ingest address: within 5 s its key is refused everywhere. The address stays listed. */
        delete: operations["revoke_ingest_address"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/master-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves how far the rotation of the master key is. */
        get: operations["show_master_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/master-key/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Encrypts all data keys with the current master key.
         * @description Workers do that in steps; `GET` of `/master-key` shows the progress. When it has ended and no key is unreadable,
         *     `CAMPANILE_MASTER_KEY_PREVIOUS` can be removed. Repeating the request meanwhile changes nothing.
         */
        post: operations["rotate_master_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves the tenant's default preferences, its mandatory types and its rate rules. */
        get: operations["show_preference_defaults"];
        /**
         * Replaces the tenant's default preferences, its mandatory types and its rate rules.
         * @description `debounce` suppresses a notification that repeats one the user received within the given number of seconds.
         *     `throttle` limits how many notifications of one type a user receives. Both are off unless set. They apply to
         *     channels that disturb the user (not to the inbox and not to webhooks), do not apply to critical notifications, and
         *     take effect for everything planned from now on.
         *
         *     Users cannot switch off a mandatory type. Their quiet hours still apply to it, unless the notification is
         *     critical. Deliveries deferred by quiet hours are rescheduled immediately. If the call is interrupted, a worker
         *     finishes the rescheduling within a minute.
         */
        put: operations["put_preference_defaults"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the tenant's providers by name, without their secrets, and the state of each. Accounts from the
         *     installation's settings, which serve the tenant `default`, are not listed.
         */
        get: operations["list_providers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/providers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Creates or replaces a provider. Workers use the new settings within seconds.
         * @description A field that is left out is removed, except a secret. A stored secret is kept as long as the channel and the
         *     fields that decide where the secret is sent or what it unlocks do not change: `host`, `port`, `tls` and `username`
         *     of a mail relay; `endpoint`, `token_uri` and `client_email` of a push account. Secrets are encrypted and never
         *     returned.
         *
         *     When the `secret` of a webhook changes, requests are signed with both the new and the old secret for
         *     `secret_overlap_hours`, so that the receiver can switch in between. `webhook-signature` then contains several
         *     signatures separated by spaces. Set it to 0 to revoke all earlier secrets immediately.
         *
         *     Several providers of a channel share its deliveries by `weight`. The default weight is 1, or 0 for a provider that
         *     is the failover target of another. `failover_to` names the provider that takes over while this one is unavailable:
         *     its circuit breaker is open, it is paused or its settings are invalid. A delivery whose last attempt had an
         *     ambiguous outcome is only retried through the provider that made that attempt.
         */
        put: operations["put_provider"];
        post?: never;
        /** Deletes a provider and its secrets. Deliveries planned for it are deferred until the channel has a provider again. */
        delete: operations["remove_provider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/providers/{name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resumes a provider that is `paused`. A webhook provider is paused when its receiver answers 410. Workers call it
         *     again within seconds, and its deferred deliveries continue. Updating the provider also resumes it.
         * @description The name `settings` stands for the accounts from the installation's settings, which serve the tenant `default`.
         */
        post: operations["resume_provider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves the tenant's retention period. */
        get: operations["show_retention"];
        /**
         * Sets the tenant's retention period, or resets it to the installation's default.
         * @description Older notifications are permanently removed within a day, with their deliveries and dead letters. A notification
         *     with pending deliveries is kept until they end. A longer period does not restore removed notifications.
         */
        put: operations["put_retention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists addresses that are not used, in the order in which they are stored: by channel, and encrypted ones not by address.
         * @description While a rotation of the tenant's data key, or the encryption of what was stored before, changes how entries are stored, a reader of several
         *     pages may miss an entry or get it twice. Asking for one `address` always finds it.
         */
        get: operations["list_suppressions"];
        put?: never;
        /**
         * Adds addresses to the suppression list: nothing is sent to them, for all users who have them. Takes up to 1,000 addresses in one call.
         * @description Deliveries to these addresses that have not left end as `suppressed` with the reason `address_suppressed` when they fall
         *     due. With `notification_type`, only notifications of that type are suppressed.
         *
         *     A mail address that a provider reports as unknown (SMTP 5.1.1) is added as `hard_bounce` by itself. Updating the user
         *     with the same address removes that entry.
         */
        post: operations["add_suppressions"];
        /**
         * Removes an address from the suppression list. What was suppressed before is not sent.
         * @description The address is in the body, not in the URL, so that it does not appear in the logs of proxies.
         */
        delete: operations["remove_suppression"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the notification types that have templates or a schema, with their drafts, without the sources. */
        get: operations["list_templates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Takes a type's version out of use and removes its drafts and the versions that wait for their time. New notifications
         *     have the built-in words. Versions that were published stay, since notifications use them, and so does the schema;
         *     `rollback` brings one of them back into use.
         */
        delete: operations["retire_templates"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/{channel}/{locale}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns a template as editors work on it, with its revision in `ETag`. What is in use may be an earlier state of it;
         *     `GET …/{type}/compare` shows the difference.
         */
        get: operations["get_template"];
        /**
         * Saves a template as a draft, which notifications use when its type is published next.
         * @description To replace a draft, send its `ETag` in `If-Match`: if another editor has changed it meanwhile, the call is refused with
         *     412 and changes nothing. Without `If-Match` only a new draft is saved; if there is one, the answer is 428.
         *     `If-Match: *` replaces whatever is there. `If-None-Match: *` saves a new draft only.
         *
         *     Sources are compiled. A fault is refused with 422, its line and its column. The type `_shared` holds layouts and
         *     partials, by name, for the templates of all types.
         */
        put: operations["put_template"];
        post?: never;
        /** Removes a draft. The version in use keeps it until its type is published next. */
        delete: operations["remove_template"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/{channel}/variants/{variant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Saves other words for some of a channel's readers, which are used when the type is published next.
         * @description Each reader is given the template or one of its variants, always the same one, by a hash of tenant, type, channel and
         *     user. Parts that a variant lacks are those of the template. `If-Match` and `If-None-Match` work as they do for a template.
         */
        put: operations["put_template_variant"];
        post?: never;
        /** Removes the draft of a variant. The version in use keeps it until its type is published next. */
        delete: operations["remove_template_variant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compares two versions, or the version in use with the drafts: part by part, with both sources. */
        get: operations["compare_templates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the comparison of a channel: a new version has the words of the variant as its template, and compares nothing there.
         *     The drafts take the words over, and the drafts of the channel's variants are removed.
         */
        post: operations["promote_template_variant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publishes all drafts of a type as a new version, now or at `publish_at`. If nothing has changed since the version in use,
         *     that one is returned. Notifications accepted afterwards use it, on every node within a second;
         *     those accepted before keep theirs.
         * @description Publishing `_shared` makes a new version of every type in use, with the new layouts, partials and brand.
         */
        post: operations["publish_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows what the version in use compares, and what became of each variant so far.
         * @description A `winner` is named only if it is certain: its share is above that of every other variant, by a test that stays valid
         *     however often the results are looked at, with an error of 5% at most over all variants.
         */
        get: operations["show_template_results"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publishes what an earlier version holds as a new version. Drafts stay as they are. Layouts, partials and brand are those
         *     in use; roll `_shared` back to change them.
         */
        post: operations["roll_back_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a notification of a type to the caller, or to the user who is named, and waits up to 15 s for the outcome of each
         *     channel. It uses the version in use, and is delivered like any other notification; `preview` shows drafts.
         */
        post: operations["test_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/variants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the drafts of a type's variants. What the version in use compares is in `GET …/results`. */
        get: operations["list_template_variants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the versions of a type, newest first: who made them, when and why. The `ETag` has the latest version; sent as
         *     `If-Match` with `publish` or `rollback`, it refuses the call if another version was made meanwhile. The newest 200
         *     versions are kept, and the one in use.
         */
        get: operations["list_template_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/{type}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a version with all its sources. */
        get: operations["get_template_version"];
        put?: never;
        post?: never;
        /** Removes a version that waits for its time. A version that was published stays. */
        delete: operations["remove_template_version"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/templates/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renders the drafts of a type, or a version, for a content and a reader, and sends nothing. A template that fails falls back
         *     to built-in words, as it would when a notification is sent, and its fault is among the warnings.
         */
        post: operations["preview_templates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the tenants of the installation, by name. */
        get: operations["list_tenants"];
        put?: never;
        /** Creates a tenant. It can be used within a second. */
        post: operations["create_tenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tenants/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves a tenant. */
        get: operations["show_tenant"];
        put?: never;
        post?: never;
        /**
         * Deletes a tenant with everything that it has. The key that encrypts its secrets is removed at once, and its callers are
         *     rejected within 5 s. Workers then remove its rows, in steps; meanwhile its status is `removing`, and its name cannot be
         *     used. The tenant `default` cannot be deleted.
         */
        delete: operations["remove_tenant"];
        options?: never;
        head?: never;
        /**
         * Changes the fields of a tenant that the request has; `null` resets a field to its default.
         * @description `"suspended": true` suspends the tenant: its calls that change something answer 403 `tenant_suspended`, and what waits to
         *     be delivered waits until the tenant is resumed with `"suspended": false`. Reading stays possible. A delivery that a
         *     worker has in hand at that moment may still be made.
         */
        patch: operations["change_tenant"];
        trace?: never;
    };
    "/api/v1/admin/tenants/{tenant}/encryption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves how what is stored of a tenant is encrypted, and how far the rotation of its data key is. */
        get: operations["show_tenant_encryption"];
        put?: never;
        /**
         * Encrypts what was stored of a tenant before its texts were encrypted.
         * @description Workers do that in steps; `GET` of the same path shows the progress. Repeating the request meanwhile changes nothing.
         */
        post: operations["encrypt_tenant_texts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tenants/{tenant}/encryption/rotate-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a tenant a new data key, and encrypts with it what the former one has encrypted.
         * @description Workers do that in steps; `GET` of `/encryption` shows the progress. If texts are encrypted on this server, what was stored before
         *     that is encrypted too. The former key is removed once nothing is left that it has encrypted, three minutes after the request at the
         *     earliest. Repeating the request meanwhile changes nothing.
         */
        post: operations["rotate_data_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tenants/{tenant}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tells how much a tenant has. */
        get: operations["show_tenant_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/types/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the schema that the tenant has set for the content of a notification type. */
        get: operations["get_type"];
        /**
         * Sets a JSON Schema (draft 2020-12) for the `content` of a notification type. With `schema_strict`, requests
         *     that violate it are refused with 422 and the place of the fault; otherwise the timeline of the notification has a warning.
         *     To replace a schema, send its `ETag` in `If-Match`, or `If-Match: *`. `$ref`, `$dynamicRef`,
         *     `unevaluatedProperties` and `unevaluatedItems` are not supported.
         */
        put: operations["put_type"];
        post?: never;
        /** Removes the schema of a notification type. Its templates stay. */
        delete: operations["remove_type"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exports everything that is stored about a user as JSON lines, a page of about 1 MiB at a time.
         * @description Each line has a `kind`. The first page begins with `user`, `suppression`, `device`, `preferences` and `ingest_address`, as
         *     far as there are any. Then each `topic` follows, and each `notification` with its content and deliveries, oldest first. Those that the user has
         *     deleted are included until retention removes them. To continue, pass the `id` of the last line as `after`. The line
         *     `{"kind": "end"}` is the last one of all.
         *
         *     The addresses of devices are complete, and they allow pushing to the devices: hand the export only to the person.
         */
        get: operations["export_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user_id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves the progress of a merge. It is kept for 30 days after the end. */
        get: operations["get_user_merge"];
        put?: never;
        /**
         * Merges a user into another one: moves everything of the one to the other, and removes the one.
         * @description Workers do that in steps; `GET` of the same path shows the progress. Notifications move with their deliveries and dead letters,
         *     devices and topic subscriptions move, and so do entries of the suppression list and recipients of ingest addresses. Of what a
         *     person has once, the kept user's stays: their preferences, their address in a channel, their email address, locale, time zone
         *     and attributes. The other user's is used if the kept user has none.
         *
         *     What is sent to the removed id while the merge runs is moved at the end. After that, the id is that of a new user. Repeating
         *     the request while the merge runs returns its progress.
         */
        post: operations["merge_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the caller's registered devices, newest first. */
        get: operations["list_devices"];
        put?: never;
        /**
         * Registers a device for the caller, or refreshes its registration.
         * @description Call this at every start of the app; it is idempotent. If another user of the tenant had registered the value, it
         *     moves to the caller, because an app installation has one user at a time. A user has at most 50 devices;
         *     registering another one removes the device that was seen least recently.
         */
        post: operations["put_device"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes one of the caller's devices. Call this when the user signs out of the app. */
        delete: operations["remove_device"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/friend-request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Notifies a user of a friend request, or of its acceptance.
         * @description The recipient receives a notification of the type given in `request_type`. Its content has `sender_id`,
         *     `sender_username`, `sender_info`, `recipient_id` and `request_type`.
         */
        post: operations["friend_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/message-created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Notifies everyone in a room except the sender of a new message.
         * @description Each recipient receives a `new_message` notification. Its content has `message_id`, `room_id`, `sender_id`,
         *     `sender_username`, `sender_info` and `message_preview`. If the sender is the only recipient, the request succeeds
         *     with `accepted` 0.
         */
        post: operations["message_created"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/room-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Notifies a user of an invitation to a room.
         * @description The invitee receives a `room_invitation` notification. Its content has `room_id`, `room_name`, `room_description`,
         *     `inviter_id`, `inviter_username`, `inviter_info` and `invitee_id`.
         */
        post: operations["room_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fanouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the tenant's fan-outs (sends to topics), newest first. */
        get: operations["list_fanouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fanouts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves the progress of a fan-out (a send to a topic). */
        get: operations["get_fanout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fanouts/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels a fan-out: stops creating notifications and recalls those already created.
         * @description The recall cancels the pending pushes, emails and webhooks of the notifications already created, in batches.
         *     `recalling` is `true` until it is complete; `recalled` counts the notifications of which at least one delivery was
         *     cancelled. Notifications stay in the inbox, and a provider call that is already in progress is not interrupted. A
         *     fan-out that is done or expired can be cancelled too. Repeating the request answers 200 and changes nothing.
         */
        post: operations["cancel_fanout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/magic-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a link that opens a page of a user without a login, and sends it to their email address, or returns it.
         * @description The link works once, within 15 minutes. Opening it shows a page with a button, and only the button uses the link, so programs that
         *     follow every link of a mail do no harm. The page behind it can be used for 15 minutes, in the browser that pressed the button.
         *
         *     With `deliver: email` the answer is the same, and comes at the same time, whether there is such a user or not. The mail is a notification of
         *     the type `campanile.magic_link`, which users cannot switch off. At most 3 links at once, and one a minute, can be asked for one `user_id`
         *     or `email`.
         *
         *     With `deliver: return` you are responsible for whom you give the link to. It is recorded in the audit log.
         */
        post: operations["create_magic_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the caller's notifications, newest first.
         * @description Page by `cursor`, which is stable while new notifications arrive, or by `offset`. A page ends early when its
         *     titles, bodies and contents reach 1 MiB; `has_more` and `next_cursor` account for that. Snoozed notifications are
         *     listed again when their time comes; archived ones only with `archived=true`.
         */
        get: operations["list_notifications"];
        put?: never;
        /**
         * Sends a notification to each recipient, or to all subscribers of a topic.
         * @description The service answers 202 once the request is stored durably. Follow the delivery in the timeline of each
         *     notification, or in the fan-out of a topic. With `dry_run` nothing is stored, and the answer shows the planned
         *     deliveries of each recipient.
         */
        post: operations["send_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieves one notification, for example to open it when its push is tapped.
         * @description Users find their own notifications, wherever they are: in the inbox, archived, snoozed, or sent through other
         *     channels only. Services and operators find those of all users of the tenant, including scheduled ones. A deleted
         *     notification is not found.
         */
        get: operations["get_notification"];
        put?: never;
        post?: never;
        /**
         * Permanently deletes one of the caller's notifications.
         * @description Its texts are erased, it disappears from the inbox, and its pending deliveries are cancelled. Deleting it again
         *     answers 404.
         */
        delete: operations["delete_notification"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Archives one of the caller's notifications.
         * @description An archived notification is listed only with `archived=true` and is not counted. Its pending deliveries are
         *     cancelled, as when it is read.
         */
        put: operations["archive_notification"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels the pending deliveries of a notification.
         * @description A notification whose `send_at` is in the future is not sent at all and never appears in the inbox. A notification
         *     that has already appeared stays in the inbox, and its pending pushes, emails and webhooks are cancelled. A
         *     provider call that is already in progress is not interrupted.
         */
        post: operations["cancel_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Marks one of the caller's notifications as read.
         * @description Its pending deliveries on other channels are cancelled.
         */
        put: operations["read_notification"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Marks one of the caller's notifications as seen: displayed, but not necessarily read.
         * @description It stays unread, and its pending deliveries are not cancelled.
         */
        put: operations["see_notification"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Snoozes one of the caller's notifications.
         * @description It is neither listed nor counted until the time given, then it returns. Another `until` replaces the first;
         *     `unsnooze` returns it immediately. Its pending deliveries are not cancelled.
         */
        put: operations["snooze_notification"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves the timeline of a notification: every decision and every delivery attempt. */
        get: operations["explain_notification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/unarchive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Returns one of the caller's notifications from the archive to the inbox.
         * @description Its read state does not change.
         */
        put: operations["unarchive_notification"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Marks one of the caller's notifications as unread again.
         * @description Deliveries that were cancelled when it was read stay cancelled.
         */
        put: operations["unread_notification"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/unsnooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Ends the snooze of one of the caller's notifications.
         * @description It returns to the inbox immediately.
         */
        put: operations["unsnooze_notification"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends up to 1,000 notifications in one request. Each item is accepted or refused independently.
         * @description `results` has one entry for each item, in order: what `POST /api/v1/notifications` would have answered. With an
         *     `Idempotency-Key`, repeating the call returns the first answer of each item and accepts the items that were not
         *     reached; an item that has changed since gets the problem `idempotency_key_reused`. Each item counts against the
         *     rate limits like a separate request. If the texts of all items, multiplied by their recipients, exceed 32 MiB, the
         *     items above the limit get 413. The answer lists the first wrong field of each item and up to 1,000 more;
         *     `errors_omitted` counts the rest.
         */
        post: operations["send_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts the caller's notifications. The count is exact and has no upper limit. */
        get: operations["count_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reports the health of the service: 200 while it accepts requests, 503 when it cannot. */
        get: operations["report_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves the caller's effective preferences: their own choices, and the tenant's defaults for the rest. */
        get: operations["show_preferences"];
        /**
         * Replaces the caller's preferences. The tenant's default applies to every field that is left out.
         * @description Preferences decide about the other channels; the inbox keeps every notification. Deliveries deferred by the
         *     caller's quiet hours are rescheduled immediately.
         */
        put: operations["put_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/preferences/next-delivery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calculates when a notification would be delivered through a channel, given the caller's preferences.
         * @description It does not check whether the caller has an address for the channel.
         */
        get: operations["next_delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Marks all unread notifications in the caller's inbox as read.
         * @description Archived and snoozed notifications do not change, nor do notifications that arrive after the call started. Pending
         *     deliveries of the notifications marked as read are cancelled. If the call fails half-way, notifications already
         *     marked stay marked; repeat the call to mark the rest.
         */
        put: operations["read_all_notifications"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Marks up to 100 of the caller's notifications as seen: displayed, but not necessarily read.
         * @description They stay unread, and their pending deliveries are not cancelled. Ids of notifications that the caller does not have are
         *     ignored.
         */
        put: operations["see_notifications"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sends what happens in the caller's inbox, as server-sent events.
         * @description The events are `connection` (first, once), `notification` (the entry as the list has it), `read`, `count`, `gap` and
         *     `error`; `docs/guides/live.md` describes them. The server ends each stream after some minutes (STREAM_LIFE) and when
         *     the token expires. A client reconnects with the last event id that it has seen, and is sent what it has missed. A
         *     browser's `EventSource` must be opened anew for that, with another ticket and `since`. What arrived in the 60 seconds
         *     before that id may be sent again. A notification that is repeated, came late, or was marked as unread or put back into
         *     the list has the same `id` in its data, but no `id` line: a client must not resume there. A comment is sent as a sign
         *     of life (STREAM_HEARTBEAT).
         */
        get: operations["stream_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/stream-ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issues a ticket that opens one stream of the caller, for browsers, whose `EventSource` and `WebSocket` cannot send a
         *     token in a header.
         * @description It can be used once, on any node, within 30 s. The stream lasts no longer than the token that the ticket was issued
         *     for. Issue a new one for each connection, also when you reconnect.
         */
        post: operations["create_stream_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a test notification through the given channels and waits up to 15 s for the outcomes.
         * @description Workers deliver it like any other notification, at critical priority, with the real preferences, providers and
         *     addresses. The answer has the first outcome of each channel: `retrying` if the attempt failed and will be retried,
         *     `queued` if there is no outcome in time, and a reason if the delivery was suppressed or deferred. A user sends to
         *     themselves; a service must name the user.
         */
        post: operations["send_test_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/ws": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sends what happens in the caller's inbox over a WebSocket (RFC 6455).
         * @description The events are those of `GET /api/v1/notifications/stream`, each as a text message
         *     `{"event": …, "id": …, "data": …}`; `id` is left out where the other has none. The server sends pings and closes a
         *     connection that does not answer for five minutes, or two pings if that is longer. It expects no messages: text is
         *     ignored, binary closes the connection. `/ws` is the same.
         */
        get: operations["open_websocket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topics/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves a topic. */
        get: operations["get_topic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topics/{key}/subscribers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the subscribers of a topic, ordered by user id (byte order). */
        get: operations["list_subscribers"];
        /**
         * Subscribes users to a topic. Creates the topic if it does not exist.
         * @description Users already subscribed stay subscribed. Users need not be created first. To subscribe more users than one call
         *     accepts, call again.
         */
        put: operations["subscribe"];
        post?: never;
        /**
         * Unsubscribes users from a topic.
         * @description Users who are not subscribed are ignored. A running fan-out does not create notifications for unsubscribed users
         *     it has not reached yet. The topic remains when its last subscriber leaves.
         */
        delete: operations["unsubscribe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieves a user. */
        get: operations["show_user"];
        /**
         * Creates or replaces a user.
         * @description A field that is left out is removed. Users need not be created to receive notifications in their inbox.
         */
        put: operations["put_user"];
        post?: never;
        /**
         * Erases a user: their data, devices, preferences and notifications.
         * @description This also works for a user who was never created but has notifications. A provider call that is already in
         *     progress is not interrupted. With `Prefer: return=representation` the answer is a receipt: how much of each kind was removed, and the
         *     id under which the audit log has the same.
         */
        delete: operations["erase_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists a user's addresses in chat and phone services, by channel.
         * @description Those of a user who was never created are listed if there are any.
         */
        get: operations["list_user_addresses"];
        put?: never;
        /**
         * Registers a user's address in a chat or phone service.
         * @description A user has one address for each channel; another one replaces it. Notifications reach it if the tenant's provider of the channel
         *     has no address among its settings. The user need not have been created.
         */
        post: operations["put_user_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/addresses/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a user's address in a channel. Deliveries that have not left are not sent there. */
        delete: operations["remove_user_address"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Liveness probe: answers 200 while the process responds.
         * @description It checks nothing else, because a liveness probe that depends on the database would restart every server when the
         *     database is down.
         */
        get: operations["liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the metrics of this process in the Prometheus text format, or in the format of OpenMetrics, which has
         *     exemplars, if the header `Accept` names it.
         */
        get: operations["scrape"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readiness probe: answers 200 while the process accepts requests, that is, it is not shutting down and the database
         *     answers.
         */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What was accepted; it is stored durably. */
        Accepted: components["schemas"]["AcceptedForUsers"] | components["schemas"]["AcceptedForTopic"];
        /** @description The accepted fan-out to the subscribers of a topic. */
        AcceptedForTopic: {
            /**
             * Format: int64
             * @description Number of subscribers at the time of the request.
             * @example 100000
             */
            accepted: number;
            /**
             * Format: uuid
             * @description Id of the fan-out; use it to follow the progress.
             */
            fanout_id: string;
        };
        /** @description The notifications accepted for the given recipients. */
        AcceptedForUsers: {
            /**
             * Format: int64
             * @description Number of notifications.
             * @example 2
             */
            accepted: number;
            /** @description One notification for each recipient. */
            notifications: components["schemas"]["AcceptedNotification"][];
        };
        /** @description One accepted notification. */
        AcceptedNotification: {
            /** Format: uuid */
            id: string;
            user_id: string;
        };
        /** @description A button that opens a link. */
        Action: {
            /**
             * @description The sender's name for the action; unique within the notification.
             * @example reply
             */
            id: string;
            /**
             * Format: uri
             * @description The link that the button opens: https, or a scheme that the tenant has allowed.
             * @example https://chat.example.com/rooms/r1/reply
             */
            link: string;
            /**
             * @description The text of the button.
             * @example Reply
             */
            title: string;
        };
        /** @description The process is alive. */
        Alive: {
            /**
             * @description Always `ok`.
             * @example ok
             */
            status: string;
        };
        /** @description An API key. */
        ApiKey: {
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * @description The subject of the token or key that created it.
             * @example ann
             */
            created_by: string;
            /**
             * Format: date-time
             * @description From when on it is rejected.
             */
            expires_at: string | null;
            /**
             * Format: uuid
             * @description The id, which is also part of the key: `cmp_<id without hyphens>_…`.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last used, to about a minute.
             */
            last_used_at: string | null;
            /**
             * @description What the key is for.
             * @example billing service
             */
            name: string;
            /**
             * @description The networks from which it can be used; any if the list is empty.
             * @example [
             *       "10.0.0.0/8"
             *     ]
             */
            networks: string[];
            /**
             * Format: uuid
             * @description The id of the key that it replaces.
             */
            replaces: string | null;
            /**
             * Format: date-time
             * @description When it was revoked.
             */
            revoked_at: string | null;
            /**
             * @description What it allows.
             * @example [
             *       "notifications:send"
             *     ]
             */
            scopes: components["schemas"]["ScopeName"][];
            /**
             * @description `active`, `expired` or `revoked`.
             * @example active
             */
            status: string;
            /** @description The user for whom the scope `inbox` acts. */
            user_id: string | null;
        };
        /** @description A page of API keys. */
        ApiKeyPage: {
            /**
             * Format: int64
             * @description How many keys are active.
             */
            active: number;
            /** @description The keys, newest first. Of those that were revoked or have expired, the newest 100 are kept. */
            api_keys: components["schemas"]["ApiKey"][];
            /**
             * Format: int32
             * @description How many active keys the tenant can have.
             * @example 100
             */
            max_active: number;
            /** @description Pass this as `cursor` to get the next page; `null` on the last page. */
            next_cursor?: string | null;
        };
        /** @description A key to create. */
        ApiKeyRequest: {
            /**
             * Format: date-time
             * @description From when on the key is rejected; never if it is left out.
             * @example 2030-01-31T08:00:00Z
             */
            expires_at?: string | null;
            /**
             * @description What the key is for. Names need not be unique.
             * @example billing service
             */
            name: string;
            /**
             * @description The addresses and networks from which the key can be used; any if it is left out.
             * @example [
             *       "10.0.0.0/8"
             *     ]
             */
            networks?: string[] | null;
            /**
             * @description What it allows: scopes, and the roles `viewer`, `editor`, `operator` and `admin`.
             * @example [
             *       "notifications:send"
             *     ]
             */
            scopes: components["schemas"]["ScopeName"][];
            /**
             * @description The user for whom the scope `inbox` acts; required with it, and not allowed without it.
             * @example null
             */
            user_id?: string | null;
        };
        /** @description How a key is replaced. */
        ApiKeyRotation: {
            overlap?: (string | number) | null;
        };
        /** @description One call to a provider. */
        Attempt: {
            /**
             * @description The provider's own code.
             * @example 200
             */
            code: string;
            detail: string;
            /** Format: int64 */
            duration_ms: number;
            /** Format: int32 */
            number: number;
            /**
             * @description The class of the outcome.
             * @example delivered
             */
            outcome: string;
            /**
             * @description The provider that was called; `settings` stands for the account from the installation's settings.
             * @example main
             */
            provider?: string | null;
            /**
             * Format: date-time
             * @description When the retry after this attempt was due.
             */
            retry_at?: string | null;
            /** Format: date-time */
            started_at: string;
            texts?: components["schemas"]["TextsUsed"] | null;
        };
        /** @description An act of an operator. `campanile audit list --format json` prints the same. */
        AuditEntry: {
            /**
             * @description What was done.
             * @example provider.set
             */
            action: string;
            /**
             * @description Who: the subject of the token, the name of the API key, or the account that ran a command.
             * @example ann
             */
            actor: string;
            /**
             * @description How they proved it: `token`, `api_key`, `command_line`, or `system` for the service itself.
             * @example token
             */
            actor_kind: string;
            /**
             * @description The address that the request came from; `null` if it is unknown.
             * @example 192.0.2.7
             */
            address: string | null;
            /**
             * @description What is there now, without secrets; `null` if there is nothing. For acts that change many things, what was asked
             *     for.
             */
            after: Record<string, never> | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description What was there before, without secrets; `null` if there was nothing. Of a large value, its length and SHA-256. */
            before: Record<string, never> | null;
            /**
             * @description The SHA-256 of the entry and of the hash before it, in hexadecimal digits.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            hash: string;
            /**
             * Format: uuid
             * @description Time-ordered id.
             */
            id: string;
            /** @description The id of the API key; `null` without one. */
            key_id: string | null;
            /** @description The `X-Request-Id` of the request; `null` for a command. */
            request_id: string | null;
            /**
             * Format: int64
             * @description The number of the entry in the tenant's chain, from 1 without gaps.
             * @example 7
             */
            seq: number;
            /**
             * @description To what.
             * @example provider/main
             */
            target: string;
        };
        /** @description A page of the audit log, newest first. */
        AuditEntryPage: {
            /** @description There may be none although `next_cursor` is set: a page looks at 2,000 entries at most. */
            entries: components["schemas"]["AuditEntry"][];
            /** @description Pass this as `cursor` to get the next page; `null` on the last page. */
            next_cursor?: string | null;
        };
        /** @description The retention period of the audit log in effect for a tenant. */
        AuditRetention: {
            /**
             * Format: int32
             * @description Number of days that entries are kept.
             * @example 730
             */
            days: number;
            /**
             * @description Whether the installation's default applies, because the tenant has set no period.
             * @example true
             */
            is_default: boolean;
        };
        /** @description A retention period of the audit log to set. */
        AuditRetentionRequest: {
            /**
             * Format: int32
             * @description The tenant's retention period in days; `null` resets it to the installation's default.
             * @example 730
             */
            days: number | null;
        };
        /** @description What a tenant's messages have in common. */
        Brand: {
            /** @description The postal address. */
            address: string | null;
            /**
             * @description Colours by name.
             * @example {
             *       "accent": "#0a7cff"
             *     }
             */
            colors: {
                [key: string]: string;
            };
            /**
             * @description https addresses by name.
             * @example {
             *       "help": "https://acme.example/help"
             *     }
             */
            links: {
                [key: string]: string;
            };
            /** @description The https address of a picture. */
            logo: string | null;
            /**
             * @description The tenant's name, as readers know it.
             * @example Acme
             */
            name: string | null;
            /**
             * Format: int64
             * @description The revision, which each change raises; also in `ETag`. 0 if the tenant has set none.
             */
            revision: number;
            /**
             * Format: date-time
             * @description When it last changed.
             */
            updated_at: string | null;
            /**
             * @description The subject of the token that changed it.
             * @example ann
             */
            updated_by: string | null;
        };
        /** @description What a tenant's messages have in common; templates have it as `brand`. */
        BrandRequest: {
            /**
             * @description The postal address.
             * @example 1 Main Street, Springfield
             */
            address?: string | null;
            /**
             * @description Colours by name, such as `accent`.
             * @example {
             *       "accent": "#0a7cff"
             *     }
             */
            colors?: {
                [key: string]: string;
            } | null;
            /**
             * @description https addresses by name, such as `help`.
             * @example {
             *       "help": "https://acme.example/help"
             *     }
             */
            links?: {
                [key: string]: string;
            } | null;
            /**
             * Format: uri
             * @description The https address of a picture.
             * @example https://acme.example/logo.png
             */
            logo?: string | null;
            /**
             * @description The tenant's name, as readers know it.
             * @example Acme
             */
            name?: string | null;
        };
        /** @description The notifications to send. */
        BulkRequest: {
            /** @description Each item has the body of `POST /api/v1/notifications`. At most 256 KiB each and 4 MiB in total. */
            items: components["schemas"]["SendRequest"][];
        };
        /** @description The result of one item. */
        BulkResult: {
            /**
             * Format: int64
             * @description Number of notifications, if the item was accepted.
             */
            accepted?: number | null;
            /**
             * Format: uuid
             * @description Id of the fan-out, if the item was accepted for a topic.
             */
            fanout_id?: string | null;
            /** @description One notification for each recipient, if the item was accepted for recipients. */
            notifications?: components["schemas"]["AcceptedNotification"][] | null;
            problem?: components["schemas"]["Problem"] | null;
            /**
             * Format: int32
             * @description The status that a separate request would have got: 202, or that of `problem`.
             * @example 202
             */
            status: number;
        };
        /** @description The result of each item, in order. */
        BulkResults: {
            results: components["schemas"]["BulkResult"][];
        };
        /** @description The inbox cache. */
        CacheHealth: {
            /**
             * Format: double
             * @description Cache hit rate of this process, from 0 to 1.
             */
            hit_rate: number;
            /**
             * Format: int64
             * @description Number of inboxes in the local cache, or of keys in the shared cache. Absent while the shared cache is
             *     unreachable.
             */
            size?: number | null;
        };
        /** @description The result of the cancellation. */
        Cancelled: {
            /**
             * Format: int64
             * @description Number of cancelled deliveries; 1 for a notification that was not planned yet. Repeating the request returns
             *     0.
             * @example 2
             */
            cancelled: number;
        };
        /**
         * @description A channel; `sse` is another name for `in_app`. An installation may serve more, each with the name of a recipe.
         * @enum {string}
         */
        Channel: "in_app" | "push" | "email" | "webhook" | "slack" | "discord" | "pushover" | "apprise" | "web_push" | "apns" | "sse";
        /**
         * @description State of the circuit breakers of the channel's accounts. If there are several accounts, the worst state.
         * @enum {string}
         */
        ChannelBreaker: "closed" | "half_open" | "open";
        /** @description One channel. */
        ChannelHealth: {
            /** @description State of the circuit breakers of the usable accounts. */
            breaker: components["schemas"]["ChannelBreaker"];
            /**
             * @description Number of accounts that need an operator's intervention; absent if there are none. An account with invalid
             *     settings has no circuit breaker; one whose provider rejects its credentials has.
             */
            misconfigured?: number;
            /** @description `healthy` if the channel works for all tenants. */
            status: components["schemas"]["ChannelStatus"];
        };
        /**
         * @description Whether a channel delivers notifications.
         * @enum {string}
         */
        ChannelStatus: "healthy" | "degraded" | "not_configured" | "unknown";
        /** @description One component of the installation. */
        ComponentHealth: {
            /**
             * Format: double
             * @description Response time. Absent without an answer, and for components whose state other processes report.
             */
            latency_ms?: number | null;
            /** @description State of the component. */
            status: components["schemas"]["ComponentStatus"];
        };
        /** @description The components. */
        Components: {
            database: components["schemas"]["ComponentHealth"];
            rabbitmq: components["schemas"]["ComponentHealth"];
            redis: components["schemas"]["ComponentHealth"];
        };
        /**
         * @description State of one component.
         * @enum {string}
         */
        ComponentStatus: "healthy" | "unhealthy" | "unknown" | "disabled";
        /** @description `connection`: the first event of each stream. */
        ConnectionEvent: {
            /**
             * Format: uuid
             * @description Resume after this if the connection breaks before a notification has come.
             */
            cursor: string;
            /** @description Whether the stream resumes after `since` or `Last-Event-ID`. */
            resume: boolean;
            /**
             * Format: int64
             * @description All notifications in the inbox.
             */
            total: number;
            /**
             * Format: int64
             * @description Notifications in the inbox that are not read.
             */
            unread: number;
            /** @description Whose inbox. */
            user_id: string;
        };
        /** @description The exact count. */
        Count: {
            /**
             * Format: int64
             * @example 3
             */
            count: number;
        };
        /** @description `count`: the numbers of notifications in the inbox. */
        CountEvent: {
            /**
             * Format: int64
             * @description All.
             */
            total: number;
            /**
             * Format: int64
             * @description Those that are not read.
             */
            unread: number;
        };
        /** @description An API key that was just created. */
        CreatedApiKey: components["schemas"]["ApiKey"] & {
            /**
             * @description The whole key. It is shown only now: only its hash is stored.
             * @example cmp_01939b1e000070008000000000000000_8Z3k…
             */
            key: string;
        };
        /**
         * @description A delivery that ran out of attempts or cannot succeed, or a queue message that no worker could decode (code
         *     `unreadable_message`).
         */
        DeadLetter: {
            /**
             * Format: int32
             * @description Number of attempts.
             */
            attempts: number;
            /**
             * @description The channel; `null` for a message of unknown origin.
             * @example webhook
             */
            channel?: string | null;
            /**
             * @description The provider's code of the last attempt, or the reason if there was no attempt.
             * @example 410
             */
            code: string;
            /** @description One readable sentence. */
            detail: string;
            /**
             * Format: date-time
             * @description When it died.
             */
            died_at: string;
            /**
             * Format: uuid
             * @description Id of the delivery (webhook receivers get it as `webhook-id`); for an unreadable message, an id that stands
             *     for it.
             */
            id: string;
            /**
             * Format: uuid
             * @description The notification; `null` for an unreadable message.
             */
            notification_id?: string | null;
            /**
             * @description The recipient; `null` for an unreadable message.
             * @example u1
             */
            user_id?: string | null;
        };
        /**
         * @description Selects dead letters by ids, by filters, or all of them. Give exactly one of the three; an empty object is
         *     refused, so that it cannot select everything by mistake.
         */
        DeadLetterChoice: {
            /** @description `true` selects all dead letters that exist when the request arrives. */
            all?: boolean | null;
            channel?: components["schemas"]["Channel"] | null;
            /**
             * @description Only dead letters with exactly this code.
             * @example 410
             */
            code?: string | null;
            /**
             * Format: date-time
             * @description Only deliveries that died at or after this time.
             */
            from?: string | null;
            /** @description Ids of the dead letters. */
            ids?: string[] | null;
            /**
             * Format: date-time
             * @description Only deliveries that died before this time (default: the time of the request).
             */
            to?: string | null;
        };
        /** @description A page of dead letters, newest first. */
        DeadLetterPage: {
            dead_letters: components["schemas"]["DeadLetter"][];
            /** @description Pass this as `cursor` to get the next page; `null` on the last page. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Number of dead letters that match, over all pages.
             */
            total: number;
        };
        /** @description The result of the purge. */
        DeadLettersPurged: {
            /** @description Whether the request stopped at its time limit. If `true`, repeat it for the rest. */
            more: boolean;
            /**
             * Format: int64
             * @description Number of dead letters removed.
             * @example 412
             */
            purged: number;
        };
        /** @description The result of the replay. */
        DeadLettersReplayed: {
            /** @description Whether the request stopped at its time limit. If `true`, repeat it for the rest. */
            more: boolean;
            /**
             * Format: int64
             * @description Number of deliveries scheduled again.
             * @example 412
             */
            replayed: number;
        };
        /** @description Suppresses a notification that repeats one the user received recently. */
        Debounce: {
            /**
             * Format: int32
             * @description Length of the interval in seconds.
             * @example 900
             */
            within_s: number;
        };
        /** @description One delivery: a channel and an address. */
        Delivery: {
            /**
             * @description The address, shortened.
             * @example https://hooks.example…
             */
            address: string;
            attempts: components["schemas"]["Attempt"][];
            /** @example webhook */
            channel: string;
            /**
             * Format: date-time
             * @description When its reader first opened a link in the mail, if the tenant tracks that.
             * @example null
             */
            clicked_at: string | null;
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description When a program, such as a scanner, first opened a link in the mail.
             * @example null
             */
            machine_clicked_at: string | null;
            /**
             * Format: date-time
             * @description When a program, such as a proxy that loads pictures, first opened the mail.
             * @example null
             */
            machine_opened_at: string | null;
            /**
             * Format: date-time
             * @description When the next attempt is due.
             */
            next_attempt_at?: string | null;
            /**
             * Format: date-time
             * @description When its reader was first seen to open the mail, if the tenant tracks that.
             * @example null
             */
            opened_at: string | null;
            /** @description Reason code, if the status alone does not explain it. */
            reason?: string | null;
            /** @example sent */
            status: string;
        };
        /** @description An installation of an app that the user has signed in to. */
        Device: {
            /**
             * @description The version of the app.
             * @example 4.2.0
             */
            app_version?: string | null;
            /**
             * Format: date-time
             * @description When the device was first registered for this user.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Id of the device; it does not change while the user keeps the device.
             */
            id: string;
            /** @example token */
            kind: string;
            /**
             * Format: date-time
             * @description When the app last registered.
             */
            last_seen: string;
            /**
             * @description BCP 47 tag.
             * @example pt-BR
             */
            locale?: string | null;
            /** @example android */
            platform: string;
            /**
             * @description IANA time zone, or an offset such as `+05:30`.
             * @example Europe/Berlin
             */
            timezone?: string | null;
            /**
             * @description The address, shortened, because the full address allows pushing to the device.
             * @example fGk3to…
             */
            value: string;
        };
        /**
         * @description The kind of push address: an FCM registration token (`token`), a Firebase installation id (`fid`), a browser's subscription (`web_push`), or an app that Apple's service reaches without FCM (`apns`).
         * @enum {string}
         */
        DeviceKind: "token" | "fid" | "web_push" | "apns";
        /** @description A device to register. */
        DeviceRequest: {
            /**
             * @description The version of the app.
             * @example 4.2.0
             */
            app_version?: string | null;
            /**
             * @description With `web_push`, `keys.auth` of the subscription: 16 bytes in base64url.
             * @example null
             */
            auth?: string | null;
            /**
             * Format: uri
             * @description With `web_push`, the `endpoint` of the browser's subscription: an https URL.
             * @example null
             */
            endpoint?: string | null;
            /**
             * @description With `apns`: `production`, or `sandbox` for apps that Xcode has installed. Default `production`.
             * @example null
             */
            environment?: string | null;
            /** @description The kind of push address. */
            kind: components["schemas"]["DeviceKind"];
            /**
             * @description BCP 47 tag. Platform notations such as `en_US` and `zh_CN_#Hans` are converted to `en-US` and `zh-Hans-CN`.
             * @example pt-BR
             */
            locale?: string | null;
            /**
             * @description With `web_push`, `keys.p256dh` of the subscription: the browser's public key in base64url.
             * @example null
             */
            p256dh?: string | null;
            platform?: components["schemas"]["Platform"] | null;
            /**
             * @description IANA time zone, or an offset: `GMT+05:30` is stored as `+05:30`.
             * @example Europe/Berlin
             */
            timezone?: string | null;
            /**
             * @description With `apns`, the device token that the app got from iOS, in hexadecimal.
             * @example null
             */
            token?: string | null;
            /**
             * @description With `apns`, the bundle id of the app, which must be among the `topics` of the tenant's account.
             * @example null
             */
            topic?: string | null;
            /**
             * @description The address that FCM assigned to the app: visible ASCII without quotes and backslashes. Required for `token` and `fid`.
             * @example fGk3token-of-a-device:APA91b
             */
            value?: string | null;
        };
        /** @description All devices of a user, newest first. */
        Devices: {
            devices: components["schemas"]["Device"][];
        };
        /** @description The result of a dry run. Nothing was stored. */
        DryRun: {
            /** @description Always `true`. */
            dry_run: boolean;
            /** @description One notification for each recipient. */
            notifications: components["schemas"]["DryRunNotification"][];
        };
        /** @description A planned delivery: one channel, one address. */
        DryRunDelivery: {
            /** @description The address, shortened; empty if the user has none. */
            address: string;
            /** @example push */
            channel: string;
            /**
             * Format: date-time
             * @description Until when the delivery would be deferred.
             */
            next_attempt_at?: string | null;
            /**
             * @description Reason code, if the status alone does not explain it.
             * @example quiet_hours
             */
            reason?: string | null;
            /** @example deferred */
            status: string;
        };
        /** @description The planned deliveries of one recipient. */
        DryRunNotification: {
            /** @description One planned delivery for each channel and address. */
            deliveries: components["schemas"]["DryRunDelivery"][];
            /** @example u1 */
            user_id: string;
        };
        /** @description How much of each kind was removed. */
        ErasedCounts: {
            /**
             * Format: int64
             * @description Addresses in chat and phone services.
             */
            addresses: number;
            /**
             * Format: int64
             * @description Dead letters.
             */
            dead_letters: number;
            /**
             * Format: int64
             * @description Deliveries of these notifications, with all attempts.
             */
            deliveries: number;
            /**
             * Format: int64
             * @description Devices.
             */
            devices: number;
            /**
             * Format: int64
             * @description Ingest addresses that notified the user.
             */
            ingest_addresses: number;
            /**
             * Format: int64
             * @description Notifications, deleted ones included.
             */
            notifications: number;
            /**
             * Format: int64
             * @description Marks of debounce and throttle, and progress of merges.
             */
            other: number;
            /**
             * Format: int64
             * @description 1 if the user had chosen preferences, else 0.
             */
            preferences: number;
            /**
             * Format: int64
             * @description Entries of the suppression list.
             */
            suppressions: number;
            /**
             * Format: int64
             * @description Subscriptions to topics.
             */
            topics: number;
            /**
             * Format: int64
             * @description 1 if a service had stored the user, else 0.
             */
            users: number;
        };
        /** @description The receipt of an erasure. It says nothing about the user; the entry `user.erase` of the audit log has the same `receipt`. */
        ErasureReceipt: {
            erased: components["schemas"]["ErasedCounts"];
            /**
             * Format: date-time
             * @description When the user was erased.
             */
            erased_at: string;
            /**
             * Format: uuid
             * @description Names the erasure, also in the audit log.
             */
            receipt: string;
            /** @description The request that erased them. */
            request_id?: string | null;
        };
        /** @description A fan-out: a send to a topic. */
        Fanout: {
            /**
             * Format: int64
             * @description Number of subscribers when the request was accepted.
             * @example 100000
             */
            accepted: number;
            /**
             * Format: date-time
             * @description When the request was accepted.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Number of notifications created so far. Users who unsubscribe before the fan-out reaches them get none.
             * @example 42500
             */
            expanded: number;
            /**
             * Format: date-time
             * @description `expires_at` of the send.
             */
            expires_at?: string | null;
            /**
             * Format: date-time
             * @description When the fan-out ended: done, cancelled or expired.
             */
            finished_at?: string | null;
            /** Format: uuid */
            id: string;
            /**
             * Format: int64
             * @description Number of notifications of which the recall cancelled at least one delivery.
             * @example 0
             */
            recalled: number;
            /** @description Whether the fan-out was cancelled and the recall is still running. */
            recalling: boolean;
            /**
             * Format: date-time
             * @description `send_at` of the send.
             */
            send_at?: string | null;
            /** @description State of the fan-out. */
            status: components["schemas"]["FanoutStatus"];
            /**
             * @description Key of the topic.
             * @example team:7
             */
            topic: string;
            /**
             * Format: date-time
             * @description When the fan-out last made progress.
             */
            updated_at: string;
        };
        /** @description A page of fan-outs. */
        FanoutPage: {
            /** @description The fan-outs, newest first. */
            fanouts: components["schemas"]["Fanout"][];
            /** @description Pass this as `cursor` to get the next page; `null` on the last page. */
            next_cursor?: string | null;
        };
        /**
         * @description State of a fan-out.
         * @enum {string}
         */
        FanoutStatus: "pending" | "running" | "done" | "cancelled" | "expired";
        /** @description A friend request was made or accepted. */
        FriendRequest: {
            /**
             * @description The user to notify.
             * @example bob
             */
            recipient_id: string;
            /** @description Whether the request was made or accepted. */
            request_type: components["schemas"]["FriendRequestType"];
            /**
             * @description The user who made or accepted it.
             * @example ada
             */
            sender_id: string;
            /** @description Names of the user who made or accepted it. */
            sender_info: components["schemas"]["PersonInfo"];
        };
        /**
         * @description Whether the request was made or accepted.
         * @enum {string}
         */
        FriendRequestType: "friend_request" | "friend_request_accepted";
        /** @description `gap`: the client asked to resume after something that is older than what the service keeps. */
        GapEvent: {
            /**
             * Format: date-time
             * @description From when on nothing is missing.
             */
            since: string;
        };
        /** @description The health of the service. */
        Health: {
            /** @description The inbox cache. */
            cache: components["schemas"]["CacheHealth"];
            /** @description The channels by name, as the live workers report their accounts. */
            channels: {
                [key: string]: components["schemas"]["ChannelHealth"];
            };
            components: components["schemas"]["Components"];
            /**
             * Format: int64
             * @description How long this process has been running.
             */
            dispatcher_uptime_s: number;
            /**
             * Format: int64
             * @description Dead letters of all tenants.
             */
            dlq_depth?: number | null;
            /**
             * Format: date-time
             * @description When a delivery last succeeded; `null` if none has.
             */
            last_successful_send?: string | null;
            /**
             * Format: int64
             * @description Resident memory of this process.
             */
            memory_bytes?: number | null;
            /**
             * Format: int64
             * @description Age of the oldest waiting row.
             */
            oldest_age_s?: number | null;
            /**
             * Format: int64
             * @description Number of rows waiting to be delivered.
             */
            queue_depth?: number | null;
            /**
             * @description Where requests are counted for the rate limits: `redis` for all nodes together, `local` for this process only.
             * @example redis
             */
            rate_limiter: string;
            status: components["schemas"]["Overall"];
            /** @description The open streams of this process. */
            streams: components["schemas"]["StreamsHealth"];
            /**
             * Format: double
             * @description Share of the deliveries that succeeded among those that succeeded or died in the last 24 hours, from 0 to 1.
             *     `null` if there were none. At most a few seconds old.
             * @example 0.998
             */
            success_rate_24h?: number | null;
            /** Format: date-time */
            timestamp: string;
        };
        /** @description The result of the change. */
        InboxChange: {
            /** @description A readable message. */
            message: string;
            /** @description Always `true`: a failed call answers with a problem. */
            success: boolean;
        };
        /** @description An ingest address, without its key. */
        IngestAddress: {
            /** @description The channels; `null`: all that the tenant has configured and the user allows. */
            channels: string[] | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Id of the address.
             */
            id: string;
            /** @description The protocol that the program speaks. */
            kind: components["schemas"]["IngestKind"];
            /** @description Where the JSON of a webhook says what: JSON pointers by the name of the part. */
            mapping: Record<string, never> | null;
            /**
             * @description The name.
             * @example Backups
             */
            name: string;
            /**
             * @description The type of the notifications.
             * @example backup
             */
            notification_type: string;
            /** @description Whether a notification also says that a group of alerts is over. */
            notify_resolved: boolean;
            /**
             * @description The path to which the program sends; `{key}` stands for the key, `{topic}` for the topic.
             * @example /notify/{key}
             */
            path: string;
            /** @description The priority of messages that say nothing of it. */
            priority: components["schemas"]["Priority"];
            /**
             * @description How many calls are taken.
             * @example 60/m burst 20
             */
            rate_limit: string | null;
            /** @description The users who are notified; `null` where the subscribers of a topic are. */
            recipients: string[] | null;
            /**
             * Format: date-time
             * @description Since when its key is refused; `null` while it is in use.
             */
            revoked_at: string | null;
            /** @description Whether calls must be signed. */
            signed: boolean;
            /** @description The topic whose subscribers are notified; `null` with `recipients`, and where each message names its topic. */
            topic: string | null;
        };
        /** @description A new ingest address with what is shown once. */
        IngestAddressCreated: {
            /** @description The address. */
            address: components["schemas"]["IngestAddress"];
            /**
             * @description The key. It is shown only now.
             * @example cmi_acme_…
             */
            key: string;
            /**
             * @description The secret that signs the calls, where they must be signed. It is shown only now.
             * @example null
             */
            secret: string | null;
        };
        /** @description A tenant's ingest addresses. `campanile ingest list --format json` prints the same. */
        IngestAddressList: {
            /** @description The addresses, newest first: those in use, and the 100 that were revoked last. */
            ingest_addresses: components["schemas"]["IngestAddress"][];
        };
        /**
         * @description The protocol of an ingest address.
         * @enum {string}
         */
        IngestKind: "apprise" | "ntfy" | "alertmanager" | "grafana" | "webhook" | "mail_report";
        /** @description JSON pointers (RFC 6901) into the body of a webhook. */
        IngestMapping: {
            /**
             * @description The body text.
             * @example /issue/culprit
             */
            body?: string | null;
            /**
             * @description What belongs together: a newer notification of the group marks the one before as read.
             * @example /issue/id
             */
            group?: string | null;
            /**
             * @description What a click opens.
             * @example /issue/url
             */
            link?: string | null;
            /**
             * @description A priority or a level by its name.
             * @example /issue/level
             */
            priority?: string | null;
            /**
             * @description The text at `status` that says so (default `resolved`).
             * @example closed
             */
            resolved?: string | null;
            /**
             * @description Whether the group is over.
             * @example /action
             */
            status?: string | null;
            /**
             * @description The title.
             * @example /issue/title
             */
            title?: string | null;
        };
        /** @description A new ingest address. */
        IngestRequest: {
            /** @description Channels to use. Default: all that the tenant has configured and the user allows. */
            channels?: components["schemas"]["Channel"][] | null;
            /** @description The protocol that the program speaks. */
            kind: components["schemas"]["IngestKind"];
            mapping?: components["schemas"]["IngestMapping"] | null;
            /**
             * @description A name for people. Notifications without a title have it as their title.
             * @example Backups
             */
            name: string;
            /**
             * @description The type of the notifications (default: the name of the kind).
             * @example backup
             */
            notification_type?: string | null;
            /**
             * @description Whether a notification also says that a group of alerts is over (`alertmanager`, `grafana`, `webhook`). Without it,
             *     the end only marks the group's last notification as read.
             */
            notify_resolved?: boolean | null;
            priority?: components["schemas"]["Priority"] | null;
            /**
             * @description How many calls are taken, such as `60/m burst 20` (default `10/s burst 100`).
             * @example 60/m burst 20
             */
            rate_limit?: string | null;
            /**
             * @description The users who are notified, at most 100. Required unless `topic` is given. With `ntfy` both may be left out: then
             *     the topic that a message names is the topic whose subscribers are notified. A `mail_report` has neither.
             * @example [
             *       "u1"
             *     ]
             */
            recipients?: string[] | null;
            /** @description Whether calls of a `webhook` must be signed as Standard Webhooks says. The answer has the secret. */
            signed?: boolean | null;
            /**
             * @description The topic whose subscribers are notified.
             * @example null
             */
            topic?: string | null;
        };
        /** @description A button of a notification. */
        ItemAction: {
            /**
             * @description The sender's name for the action; unique within the notification.
             * @example reply
             */
            id: string;
            /**
             * Format: uri
             * @description What the button opens.
             * @example https://chat.example.com/rooms/r1/reply
             */
            link: string;
            /**
             * @description The text of the button.
             * @example Reply
             */
            title: string;
        };
        /** @description The encryption of what is stored with the current data key. */
        KeyRotation: {
            /**
             * Format: int64
             * @description Number of rows that were stored without encryption and are encrypted.
             */
            encrypted: number;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at: string | null;
            /**
             * @description `rotate`: the tenant got a new data key. `encrypt`: only what was stored without encryption is encrypted.
             * @example rotate
             */
            kind: string;
            /**
             * Format: date-time
             * @description When the next step is due.
             */
            next_step_at: string;
            /**
             * Format: int32
             * @description The number of the pass, from 1. A former key is removed after a pass that finds nothing of it.
             * @example 1
             */
            pass: number;
            /**
             * Format: double
             * @description How much of the pass is done, from 0 to 1.
             * @example 0.42
             */
            progress: number;
            /**
             * Format: int64
             * @description Number of rows that a former key had encrypted and that are encrypted with the current one.
             */
            reencrypted: number;
            /**
             * Format: int64
             * @description Number of rows that the pass has looked at.
             */
            rows_seen: number;
            /**
             * @description `encrypting`: a pass looks at all rows; `waiting`: the next pass begins once no process uses a former key; `done`.
             * @example encrypting
             */
            stage: string;
            /**
             * Format: date-time
             * @description When it was requested.
             */
            started_at: string;
            /**
             * @description The table that is looked at.
             * @example notifications
             */
            table: string;
            /**
             * Format: int64
             * @description Number of rows that no key of the tenant decrypts.
             */
            unreadable: number;
            /**
             * Format: date-time
             * @description When it last made progress.
             */
            updated_at: string;
        };
        /**
         * @description A severity, mapped to a priority.
         * @enum {string}
         */
        Level: "debug" | "info" | "warning" | "error" | "critical";
        /** @description A number with its limit. */
        LimitedNumber: {
            /**
             * Format: int64
             * @description The limit.
             * @example 100
             */
            limit: number;
            /**
             * Format: int64
             * @description The number.
             * @example 3
             */
            used: number;
        };
        /**
         * @description How a link reaches its user.
         * @enum {string}
         */
        LinkHandOver: "email" | "return";
        /**
         * @description What a link without a login opens.
         * @enum {string}
         */
        LinkPurpose: "notification_status" | "settings_view";
        /** @description What becomes of a link that is sent. It says nothing of the user. */
        MagicLinkAccepted: {
            /**
             * Format: int64
             * @description Seconds for which a link can be used.
             * @example 900
             */
            expires_in_s: number;
        };
        /** @description A link that opens a page of a user without a login. Give either `user_id` or `email`. */
        MagicLinkRequest: {
            deliver?: components["schemas"]["LinkHandOver"] | null;
            /**
             * @description The user's email address, as stored with `PUT /api/v1/users/{user_id}`, or in lower case.
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * @description The page that the link opens: `notification_status` shows the user's recent notifications and how each was delivered,
             *     `settings_view` their preferences.
             */
            purpose: components["schemas"]["LinkPurpose"];
            /**
             * @description The user.
             * @example u1
             */
            user_id?: string | null;
        };
        /** @description A link that is returned. */
        MagicLinkReturned: {
            /**
             * Format: date-time
             * @description From then on the link is void.
             */
            expires_at: string;
            /**
             * @description The address that opens the page. It works once.
             * @example https://notify.example.com/auth/magic?token=AgRhY21l
             */
            url: string;
        };
        /** @description The master key of this server, and how far its rotation is. */
        MasterKey: {
            /** @description Whether this server has a master key. */
            configured: boolean;
            /** @description Whether this server has the previous master key as well. */
            previous_configured: boolean;
            rotation: components["schemas"]["MasterKeyRotation"] | null;
        };
        /** @description The encryption of all data keys with the current master key. */
        MasterKeyRotation: {
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at: string | null;
            /**
             * Format: int64
             * @description Number of data keys that the present walk over them, or the last one, has looked at.
             * @example 120
             */
            keys_seen: number;
            /**
             * Format: int64
             * @description Number of data keys that were encrypted with another master key and are encrypted with the current one.
             * @example 120
             */
            reencrypted: number;
            /**
             * Format: date-time
             * @description When it was requested.
             */
            started_at: string;
            /**
             * Format: int64
             * @description Number of data keys that none of the master keys decrypts.
             */
            unreadable: number;
            /**
             * Format: date-time
             * @description When it last made progress.
             */
            updated_at: string;
        };
        /** @description A number with its limit, if there is one. */
        MaybeLimitedNumber: {
            /**
             * Format: int32
             * @description The limit; `null`: none.
             * @example 50000
             */
            limit: number | null;
            /**
             * Format: int64
             * @description The number.
             * @example 3
             */
            used: number;
        };
        /**
         * @description How far a merge of two users is.
         * @enum {string}
         */
        MergeStage: "history" | "topics" | "rest" | "done";
        /** @description A message was created. */
        MessageCreated: {
            /**
             * @description The text of the message. Only its first 140 characters are stored, as the preview.
             * @example Are you coming?
             */
            message_content: string;
            /**
             * @description Id of the message.
             * @example m1
             */
            message_id: string;
            /**
             * @description The members of the room. The sender is skipped, and each user is notified once.
             * @example [
             *       "ada",
             *       "bob"
             *     ]
             */
            recipient_ids: string[];
            /**
             * @description Id of the room.
             * @example r1
             */
            room_id: string;
            /**
             * @description The author.
             * @example ada
             */
            sender_id: string;
            /** @description Names of the author. */
            sender_info: components["schemas"]["PersonInfo"];
        };
        /** @description When a notification sent at `at` would be delivered. */
        NextDelivery: {
            /**
             * Format: date-time
             * @description When the notification is sent.
             */
            at: string;
            /** @example push */
            channel: string;
            /**
             * @description Why delivery is deferred: `quiet_hours`.
             * @example quiet_hours
             */
            deferred_by?: string | null;
            /**
             * Format: date-time
             * @description When it would be delivered; `null` if it would be suppressed.
             */
            delivered_at?: string | null;
            /**
             * @description Why it would be suppressed: `channel_off`, `type_off`, `type_channel_off`, or `user_is_active` if the caller has
             *     a live stream open now.
             * @example null
             */
            suppressed_by?: string | null;
        };
        /** @description One notification of an inbox. */
        Notification: {
            /** @description Buttons, at most 3. */
            actions: components["schemas"]["ItemAction"][];
            /**
             * Format: date-time
             * @description When it was archived.
             */
            archived_at?: string | null;
            /** @description The body text in the user's language, if there is one. */
            body?: string | null;
            /** @description The sender's custom fields. */
            content: Record<string, never>;
            /**
             * Format: date-time
             * @description When the request was accepted.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it expires, if ever.
             */
            expires_at?: string | null;
            /**
             * Format: uuid
             * @description Id of the notification; ids are ordered by time.
             */
            id: string;
            /** @description Whether the user has read it. */
            is_read: boolean;
            /**
             * Format: uri
             * @description What a click opens, if anything: https, or a scheme that the tenant has allowed.
             * @example https://chat.example.com/rooms/r1
             */
            link?: string | null;
            /**
             * @description The event key.
             * @example new_message
             */
            notification_type: string;
            /**
             * @description The priority.
             * @example normal
             */
            priority: string;
            /**
             * Format: date-time
             * @description When the user read it.
             */
            read_at?: string | null;
            /**
             * Format: date-time
             * @description When the user first saw it.
             */
            seen_at?: string | null;
            /**
             * Format: date-time
             * @description Until when it is snoozed.
             */
            snoozed_until?: string | null;
            /**
             * @description Status over all channels.
             * @example sent
             */
            status: string;
            /** @description The title in the user's language. `null` only for notifications that an earlier release accepted without one. */
            title?: string | null;
            /**
             * Format: date-time
             * @description When it last changed. Returning from a snooze counts as a change.
             */
            updated_at: string;
            /** @description The recipient. */
            user_id: string;
        };
        /** @description A page of an inbox, newest first. */
        NotificationPage: {
            /** @description Whether older notifications follow. */
            has_more: boolean;
            /** @description Pass this as `cursor` to get the next page. */
            next_cursor?: string | null;
            notifications: components["schemas"]["Notification"][];
            /**
             * Format: int64
             * @description Number of notifications that match, over all pages.
             */
            total: number;
        };
        /** @description What is known of a notification type. */
        NotificationTypeSettings: {
            /**
             * Format: int64
             * @description The revision, which each change raises; also in `ETag`.
             * @example 1
             */
            revision: number;
            /** @description The JSON Schema (draft 2020-12) of `content`. */
            schema: Record<string, never>;
            /** @description Whether requests whose content violates the schema are to be refused. */
            schema_strict: boolean;
            /**
             * @description The notification type.
             * @example order_shipped
             */
            type: string;
        };
        /**
         * @description Overall health of the service.
         * @enum {string}
         */
        Overall: "healthy" | "degraded" | "unhealthy";
        /** @description A user's names. */
        PersonInfo: {
            /**
             * @description The display name, if there is one.
             * @example Ada L.
             */
            display_name?: string | null;
            /**
             * @description Id of the user.
             * @example ada
             */
            user_id: string;
            /**
             * @description The user name.
             * @example ada_l
             */
            username: string;
        };
        /**
         * @description The platform of the app.
         * @enum {string}
         */
        Platform: "android" | "ios" | "web";
        /** @description Effective preferences: the user's choices with the tenant's defaults for the rest, or the tenant's defaults alone. */
        Preferences: {
            /**
             * @description Channels switched on or off for a type. All others are on.
             * @example {
             *       "new_message": {
             *         "email": false
             *       }
             *     }
             */
            channels: {
                [key: string]: {
                    [key: string]: boolean;
                };
            };
            debounce?: components["schemas"]["Debounce"] | null;
            /** @description Whether emails are on. */
            email_notifications: boolean;
            /**
             * @description Types that users cannot switch off.
             * @example [
             *       "security_alert"
             *     ]
             */
            mandatory_types: string[];
            /**
             * @description Types switched on or off. All others are on.
             * @example {
             *       "friend_request": false
             *     }
             */
            notification_types: {
                [key: string]: boolean;
            };
            /** @description Whether pushes are on. */
            push_notifications: boolean;
            /** @description Whether pushes are sent while a live stream of the user is open. */
            push_while_active: boolean;
            quiet_hours: components["schemas"]["QuietHours"];
            throttle?: components["schemas"]["Throttle"] | null;
        };
        /** @description Preferences. The tenant's default applies to every field that is left out. */
        PreferencesRequest: {
            /**
             * @description Switches a type on or off for a channel; at most 100 types. The inbox cannot be switched off.
             * @example {
             *       "new_message": {
             *         "email": false,
             *         "push": true
             *       }
             *     }
             */
            channels?: {
                [key: string]: {
                    [key: string]: boolean;
                };
            } | null;
            debounce?: components["schemas"]["Debounce"] | null;
            /** @description Whether emails are on. */
            email_notifications?: boolean | null;
            /**
             * @description Types that users cannot switch off, at most 100. Only the tenant can set them. A user may send the field back
             *     unchanged; it has no effect.
             * @example [
             *       "security_alert"
             *     ]
             */
            mandatory_types?: string[] | null;
            /**
             * @description Switches a type on or off for all channels; at most 100 types.
             * @example {
             *       "friend_request": false
             *     }
             */
            notification_types?: {
                [key: string]: boolean;
            } | null;
            /** @description Whether pushes are on (FCM and Web Push). */
            push_notifications?: boolean | null;
            /**
             * @description Whether pushes are sent while a live stream of the user is open (default `true`). `false`: not for what the
             *     stream shows, except for `critical` notifications.
             */
            push_while_active?: boolean | null;
            quiet_hours?: components["schemas"]["QuietHoursRequest"] | null;
            throttle?: components["schemas"]["Throttle"] | null;
        };
        /** @description What a notification is rendered from. */
        PreviewRequest: {
            /** @description The text of the request, if it has one. */
            body?: string | null;
            channel?: components["schemas"]["Channel"] | null;
            /**
             * @description The content of the notification.
             * @example {
             *       "order_id": "7"
             *     }
             */
            content: Record<string, never>;
            /**
             * @description The locale, instead of the reader's.
             * @example de
             */
            locale?: string | null;
            /**
             * @description The notification type.
             * @example order_shipped
             */
            notification_type: string;
            /** @description The title of the request, if it has one. */
            title?: string | null;
            /**
             * @description The reader; their locale, time zone and attributes are used.
             * @example u1
             */
            user_id?: string | null;
            /** @description A variant, in the channels that have it. */
            variant?: string | null;
            /**
             * Format: int32
             * @description A version; left out: the drafts.
             */
            version?: number | null;
        };
        /**
         * @description The priority.
         * @enum {string}
         */
        Priority: "critical" | "high" | "normal" | "low";
        /** @description RFC 9457 problem details. */
        Problem: {
            /**
             * @description Stable code of the kind of problem.
             * @example notification_not_found
             */
            code: string;
            /** @description What went wrong with this request. */
            detail: string;
            /** @description The invalid values (422 only): the first 100; in a bulk call, fewer for each item. */
            errors?: components["schemas"]["ProblemField"][];
            /**
             * Format: int64
             * @description Number of invalid values that `errors` does not list; absent if it lists all.
             */
            errors_omitted?: number;
            /** @description Id of the request, as in the `X-Request-Id` header and in the server's log. */
            request_id: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /**
             * Format: int32
             * @description The HTTP status again, for clients that know the field under this name.
             */
            status_code: number;
            /** @description Short summary of the kind of problem. */
            title: string;
            /**
             * Format: uri
             * @description URI of the kind of problem.
             * @example urn:campanile:problem:notification_not_found
             */
            type: string;
        };
        /** @description One invalid value of a request. */
        ProblemField: {
            /**
             * @description A stable code.
             * @example too_long
             */
            code: string;
            /** @description One readable sentence. */
            detail: string;
            /**
             * @description A JSON pointer into the body (`/recipients/3`), or the name of a query parameter or header;
             *     cut after 256 bytes.
             * @example /recipients/3
             */
            field: string;
        };
        /** @description The variant that becomes the template itself. */
        PromoteRequest: {
            /** @description The channel. */
            channel: components["schemas"]["Channel"];
            /** @description Why, for other editors. */
            comment?: string | null;
            /**
             * @description The variant; `control` keeps the template as it is and ends the comparison.
             * @example short
             */
            variant: string;
        };
        /** @description A provider account, without its secrets. */
        Provider: {
            /**
             * @description The channel that it serves.
             * @example push
             */
            channel: string;
            /**
             * @description Why the provider is not ready.
             * @example null
             */
            detail: string | null;
            /** @description The failover target: the provider that takes over while this one is unavailable. */
            failover_to: string | null;
            /**
             * @description Name of the provider.
             * @example main
             */
            name: string;
            /**
             * Format: date-time
             * @description Until when webhooks are also signed with the previous secret. Absent if they are not.
             */
            previous_secret_expires_at: string | null;
            /**
             * @description Names of the secrets that are set.
             * @example [
             *       "private_key"
             *     ]
             */
            secrets: string[];
            /** @description The settings, without the secrets. */
            settings: Record<string, never>;
            /**
             * Format: date-time
             * @description Since when the provider has not been ready.
             */
            since: string | null;
            /**
             * @description `ready`. `open`: the circuit breaker is open after repeated failures or because a quota is exhausted; the
             *     provider is not called for a while. `misconfigured`: an operator must correct the settings, or the credential
             *     for the platform named in `detail`. `paused`: the receiver answered 410; the provider is not called until it
             *     is updated or resumed. The state is as workers reported it seconds ago.
             * @example ready
             */
            state: string;
            /**
             * Format: date-time
             * @description When the settings last changed.
             */
            updated_at: string;
            /**
             * Format: int32
             * @description Weight of the provider among those of its channel, if set.
             */
            weight: number | null;
        };
        /** @description A tenant's providers. `campanile provider list --format json` prints the same. */
        ProviderList: {
            /** @description The providers, ordered by name. */
            providers: components["schemas"]["Provider"][];
        };
        /** @description A provider account to create or replace. */
        ProviderSettings: {
            /** @description `push`, `web_push`, `apns`, `email`, `webhook`, `slack`, `discord` or `pushover`. */
            channel: components["schemas"]["Channel"];
            /** @description The failover target: another provider of the channel, which takes over while this one is unavailable. */
            failover_to?: string | null;
            /**
             * @description The settings of the channel. Fields marked with an asterisk are encrypted and never returned. `push`:
             *     `project_id`, `client_email`, `private_key`*, `private_key_id`, `token_uri`, `endpoint`; the file of a Google
             *     service account is accepted as it is. `web_push`: `subject` (a `mailto:` or https URL at which push services reach you), `private_key`*
             *     (32 bytes in base64url; made if there is none), and the `public_key` that browsers subscribe with. `apns`: `key_id`, `team_id`,
             *     `private_key`* (the text of the file `AuthKey_….p8`), `topics` (bundle ids of the apps, separated by commas), `endpoint`. `email`: `host`, `port`, `tls` (`starttls`, `tls` or `none`),
             *     `username`, `password`*, `from`, `connections`, `helo` (the name in EHLO), `dkim` (`domain`, `selector`,
             *     `private_key`*). `webhook`: `url`, `secret`*, `secret_overlap_hours` (0 to 720, default 24: how long the
             *     previous secret still signs). `slack`: `url`* of an incoming webhook, or `token`* of a bot with `channel`; `endpoint`.
             *     `discord`: `url`* of a webhook, `username`. `pushover`: `token`*, `user_key`, `device`, `sound`, `emergency`,
             *     `retry_seconds`, `expire_seconds`, `endpoint`. `campanile provider explain` says what each of these is.
             */
            settings: Record<string, never>;
            /**
             * Format: int32
             * @description Weight among the tenant's providers of the channel; decides the share of deliveries.
             */
            weight?: number | null;
        };
        /** @description When and why drafts are published. */
        PublishRequest: {
            /**
             * @description Why, for other editors.
             * @example Shorter title
             */
            comment?: string | null;
            /**
             * Format: date-time
             * @description When they are published; left out: now. At most a year from now.
             */
            publish_at?: string | null;
        };
        /** @description A user's quiet hours. */
        QuietHours: {
            enabled: boolean;
            /**
             * @description End of the quiet hours. If it is earlier than `start_time`, they end on the next day.
             * @example 08:00
             */
            end_time: string;
            /**
             * @description Start of the quiet hours.
             * @example 22:00
             */
            start_time: string;
            /**
             * @description IANA time zone of both times. `null` if the tenant's default names none.
             * @example Europe/Berlin
             */
            timezone?: string | null;
        };
        /** @description Quiet hours to set. */
        QuietHoursRequest: {
            /** @description Whether they apply. */
            enabled: boolean;
            /**
             * @description End of the quiet hours. Must differ from `start_time`; if it is earlier, the quiet hours end on the next day.
             * @example 08:00
             */
            end_time?: string | null;
            /**
             * @description Start of the quiet hours. Required if `enabled` is `true`.
             * @example 22:00
             */
            start_time?: string | null;
            /**
             * @description IANA time zone, or an offset such as `+05:30`. Default: the user's time zone, then the tenant's, then UTC.
             * @example Europe/Berlin
             */
            timezone?: string | null;
        };
        /** @description The result of the change. */
        ReadAll: {
            /** @description A readable message. */
            message: string;
            /** @description Always `true`: a failed call answers with a problem. */
            success: boolean;
            /**
             * Format: int64
             * @description Number of notifications that were unread.
             * @example 3
             */
            updated_count: number;
        };
        /** @description `read`: notifications were read, on any device. */
        ReadEvent: {
            /** @description All notifications of the inbox were read, not only `ids`. */
            all?: boolean | null;
            /**
             * Format: date-time
             * @description With `all`: notifications that were created later are not meant.
             */
            before?: string | null;
            /** @description The notifications. */
            ids: string[];
        };
        /** @description The process accepts requests. */
        Ready: {
            /**
             * @description Always `ready`.
             * @example ready
             */
            status: string;
        };
        /** @description The retention period in effect for a tenant. `campanile retention show --format json` prints the same. */
        Retention: {
            /**
             * Format: int32
             * @description Number of days that notifications are kept, with all their data.
             * @example 30
             */
            days: number;
            /**
             * @description Whether the installation's default applies, because the tenant has set no period.
             * @example false
             */
            is_default: boolean;
        };
        /** @description A retention period to set. */
        RetentionRequest: {
            /**
             * Format: int32
             * @description The tenant's retention period in days; `null` resets it to the installation's default.
             * @example 30
             */
            days: number | null;
        };
        /** @description The version to return to. */
        RollbackRequest: {
            /** @description Why, for other editors. */
            comment?: string | null;
            /**
             * Format: int32
             * @description The version.
             * @example 1
             */
            version: number;
        };
        /** @description A user was invited to a room. */
        RoomInvitation: {
            /**
             * @description The user to notify.
             * @example bob
             */
            invitee_id: string;
            /**
             * @description The user who invites.
             * @example ada
             */
            inviter_id: string;
            /** @description Names of the user who invites. */
            inviter_info: components["schemas"]["PersonInfo"];
            /**
             * @description Description of the room.
             * @example Small talk
             */
            room_description?: string | null;
            /**
             * @description Id of the room.
             * @example r1
             */
            room_id: string;
            /**
             * @description Name of the room.
             * @example Lobby
             */
            room_name: string;
        };
        /**
         * @description A scope, or a role: a named set of scopes.
         * @enum {string}
         */
        ScopeName: "notifications:send" | "inbox" | "read:notifications" | "admin:read" | "templates:write" | "deliveries:write" | "viewer" | "editor" | "operator" | "admin" | "platform";
        /** @description The result of the change. */
        SeeNotifications: {
            /** @description A readable message. */
            message: string;
            /** @description Always `true`: a failed call answers with a problem. */
            success: boolean;
            /**
             * Format: int64
             * @description Number of notifications that were not seen before.
             * @example 1
             */
            updated_count: number;
        };
        /** @description The notifications that were displayed. */
        SeeNotificationsRequest: {
            /**
             * @description The ids of the notifications; one that is given twice counts once.
             * @example [
             *       "0199d2f0-1c3b-7c2e-9a41-5d0c8d1f2a11"
             *     ]
             */
            ids: string[];
        };
        /** @description A notification to send. */
        SendRequest: {
            /** @description Buttons, at most 3. */
            actions?: components["schemas"]["Action"][] | null;
            /** @description The body text. */
            body?: string | null;
            /** @description Channels to use. Default: all that the tenant has configured and the user allows. */
            channels?: components["schemas"]["Channel"][] | null;
            /** @description Notifications with the same key replace each other on devices; only the newest is shown. */
            collapse_key?: string | null;
            /**
             * @description Custom fields for the receiving application. They are delivered exactly as sent, including every digit of
             *     numbers; at most 120 levels deep.
             */
            content: Record<string, never>;
            /** @description `true` only returns the plan; nothing is stored or sent. */
            dry_run?: boolean | null;
            /**
             * Format: date-time
             * @description `expires_at` of the send.
             */
            expires_at?: string | null;
            level?: components["schemas"]["Level"] | null;
            /**
             * Format: uri
             * @description What a click opens, in the inbox, on a push and in a mail: https, or a scheme that the tenant has allowed.
             * @example https://chat.example.com/rooms/r1
             */
            link?: string | null;
            /**
             * @description The event key.
             * @example new_message
             */
            notification_type: string;
            priority?: components["schemas"]["Priority"] | null;
            /**
             * @description The recipients, without duplicates; at most 128 bytes each. Required unless `topic` is given.
             * @example [
             *       "u1",
             *       "u2"
             *     ]
             */
            recipients?: string[] | null;
            /**
             * Format: date-time
             * @description `send_at` of the send.
             */
            send_at?: string | null;
            /** @description The title. */
            title?: string | null;
            /**
             * @description Sends to all current subscribers of this topic, instead of `recipients`.
             * @example null
             */
            topic?: string | null;
        };
        /** @description A snooze. */
        SnoozeRequest: {
            /**
             * Format: date-time
             * @description When the notification returns: in the future, at most a year from now.
             * @example 2027-01-31T08:00:00Z
             */
            until: string;
        };
        /** @description `error`: why the server ends the stream. */
        StreamErrorEvent: {
            /** @description `token_expired`, `client_too_slow`, `inbox_unreadable` or `shutting_down`. */
            code: string;
            /** @description A sentence for people. */
            detail: string;
        };
        /** @description Open streams. */
        StreamsHealth: {
            /** @description The number at which further ones are refused. */
            limit: number;
            /** @description Streams that are open now. */
            open: number;
        };
        /** @description A ticket for one stream. */
        StreamTicket: {
            /**
             * Format: date-time
             * @description When it expires: in 30 s, or with the token if that is earlier.
             */
            expires_at: string;
            /**
             * @description Pass it as `?ticket=` when you open the stream.
             * @example acme.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
             */
            ticket: string;
        };
        /** @description A page of subscribers. */
        SubscriberPage: {
            /** @description Pass this as `cursor` to get the next page; `null` on the last page. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Number of subscribers of the topic, over all pages.
             */
            subscribers: number;
            /**
             * @example [
             *       "u1",
             *       "u2"
             *     ]
             */
            user_ids: string[];
        };
        /** @description The result. */
        Subscribers: {
            /**
             * Format: int64
             * @description Number of subscribers of the topic after the change.
             * @example 2
             */
            subscribers: number;
        };
        /** @description Users to subscribe or unsubscribe. */
        SubscribersRequest: {
            /**
             * @description The users, without duplicates; at most 128 bytes each.
             * @example [
             *       "u1",
             *       "u2"
             *     ]
             */
            user_ids: string[];
        };
        /** @description An address that is not used. */
        Suppression: {
            /**
             * @description The address. Mail addresses are in lower case.
             * @example ada@example.com
             */
            address: string;
            /**
             * @description The channel.
             * @example email
             */
            channel: string;
            /** @description Only notifications of this type; `null`: all. */
            notification_type: string | null;
            /**
             * @description `manual`, `hard_bounce`, `complaint` or `unsubscribe`.
             * @example hard_bounce
             */
            reason: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string;
            /**
             * @description Who or what said so: `operator`, `delivery` (the answer to a delivery), `mail_report` or `webhook`.
             * @example delivery
             */
            source: string;
        };
        /** @description Addresses that are not to be used. */
        SuppressionAddRequest: {
            /**
             * @description At most 1,000 addresses: mail addresses, or devices as `token:…` or `fid:…`.
             * @example [
             *       "ada@example.com"
             *     ]
             */
            addresses: string[];
            channel?: components["schemas"]["Channel"] | null;
            /** @description Only notifications of this type; left out: all. */
            notification_type?: string | null;
            reason?: components["schemas"]["SuppressionReason"] | null;
        };
        /** @description A page of the suppression list, in the order in which it is stored. */
        SuppressionPage: {
            /** @description Pass this as `cursor` to get the next page; `null` on the last page. */
            next_cursor?: string | null;
            suppressions: components["schemas"]["Suppression"][];
        };
        /**
         * @description Why an address is on the suppression list.
         * @enum {string}
         */
        SuppressionReason: "manual" | "hard_bounce" | "complaint" | "unsubscribe";
        /** @description An address that may be used again. */
        SuppressionRemoveRequest: {
            /**
             * @description The address.
             * @example ada@example.com
             */
            address: string;
            channel?: components["schemas"]["Channel"] | null;
            /** @description The type of the entry; left out: the entry for all types. */
            notification_type?: string | null;
        };
        /** @description The result of adding entries. */
        SuppressionsAdded: {
            /**
             * Format: int64
             * @description Number of entries that are new. One that was there stays as it was.
             * @example 2
             */
            added: number;
        };
        /** @description A template as editors work on it. */
        Template: {
            /**
             * @description The channel.
             * @example push
             */
            channel: string;
            /**
             * @description The locale, in its canonical spelling.
             * @example en
             */
            locale: string;
            /**
             * @description The sources by the name of the part.
             * @example {
             *       "body": "It is on its way.",
             *       "title": "Your order {{ content.order_id }}"
             *     }
             */
            parts: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description The revision, which each change raises; also in `ETag`.
             * @example 3
             */
            revision: number;
            /**
             * @description The notification type, or `_shared` for layouts and partials.
             * @example order_shipped
             */
            type: string;
            /**
             * Format: date-time
             * @description When it last changed.
             */
            updated_at: string;
            /**
             * @description The subject of the token that changed it.
             * @example ann
             */
            updated_by: string;
        };
        /** @description A part that differs. */
        TemplateChange: {
            /**
             * @description The channel.
             * @example push
             */
            channel: string;
            /** @description Its source on the side `from`. Absent if it is new. */
            from: string | null;
            /**
             * @description The locale.
             * @example en
             */
            locale: string;
            /**
             * @description The part.
             * @example title
             */
            part: string;
            /** @description Its source on the side `to`. Absent if it is gone. */
            to: string | null;
            /**
             * @description The variant. Absent if it is a part of the template itself.
             * @example short
             */
            variant: string | null;
        };
        /** @description What differs between two sets of templates. */
        TemplateComparison: {
            /** @description The parts that differ, by channel, variant, locale and part. Those of the template itself come before its variants. */
            changes: components["schemas"]["TemplateChange"][];
            /** @description The variants whose share of readers differs, by channel and name. */
            weights: components["schemas"]["TemplateWeightChange"][];
        };
        /** @description A draft, without its parts. */
        TemplateDraft: {
            /**
             * @description The channel.
             * @example push
             */
            channel: string;
            /**
             * @description The locale.
             * @example en
             */
            locale: string;
            /**
             * Format: int64
             * @description The revision.
             */
            revision: number;
            /**
             * Format: date-time
             * @description When it last changed.
             */
            updated_at: string;
            /**
             * @description The subject of the token that changed it.
             * @example ann
             */
            updated_by: string;
        };
        /** @description A tenant's templates. `campanile template list --format json` prints the same. */
        TemplateList: {
            /**
             * @description Always absent: the list has one page.
             * @example null
             */
            next_cursor: string | null;
            /** @description The types, ordered by name; at most 200. */
            templates: components["schemas"]["TemplateType"][];
        };
        /** @description What a channel would say. */
        TemplatePreview: {
            /**
             * @description The channel.
             * @example push
             */
            channel: string;
            /**
             * @description Where the words come from: `stored` (a template), `built_in` (words of the type), `generic` (words of any type) or
             *     `emergency`.
             * @example stored
             */
            level: string;
            /**
             * @description The locale of the words.
             * @example en
             */
            locale: string;
            /**
             * @description The rendered parts. A part that the template lacks is made of built-in words.
             * @example {
             *       "body": "It is on its way.",
             *       "title": "Your order 7"
             *     }
             */
            parts: {
                [key: string]: string;
            };
            /**
             * @description Mistakes, and what looks like one. If the level is not `stored` although there is a template, the first one says
             *     why.
             */
            warnings: components["schemas"]["TemplateWarning"][];
        };
        /** @description What each channel would say. */
        TemplatePreviewList: {
            /** @description By channel. */
            previews: components["schemas"]["TemplatePreview"][];
        };
        /** @description The parts of a template. */
        TemplateRequest: {
            /**
             * @description The sources by the name of the part: `title`, `body`, `link` and `actions` of `in_app`; `title`, `body` and
             *     `image` of `push`, `web_push` and `apns`; `subject`, `preheader`, `html` or `mjml`, and `text` of `email`; `text` of
             *     `slack`, `discord`, `pushover` and `apprise`. In `_shared`: layouts and partials by their names.
             * @example {
             *       "body": "It is on its way.",
             *       "title": "Your order {{ content.order_id }}"
             *     }
             */
            parts: {
                [key: string]: string;
            };
        };
        /** @description A test of a type's templates. */
        TemplateTestRequest: {
            /**
             * @description The channels to test.
             * @example [
             *       "in_app",
             *       "email"
             *     ]
             */
            channels: components["schemas"]["Channel"][];
            /**
             * @description The content of the notification.
             * @example {
             *       "order_id": "7"
             *     }
             */
            content: Record<string, never>;
            /**
             * @description The recipient; left out: the subject of the token.
             * @example u1
             */
            user_id?: string | null;
        };
        /** @description A comparison in one channel. */
        TemplateTrial: {
            /**
             * @description The channel.
             * @example push
             */
            channel: string;
            /**
             * @description The locales whose readers take part: those that every variant has.
             * @example [
             *       "en"
             *     ]
             */
            locales: string[];
            /**
             * Format: int64
             * @description The version that began it. Later versions that compare the same go on with it.
             * @example 2
             */
            trial: number;
            /** @description The template itself, named `control`, and its variants. */
            variants: components["schemas"]["TemplateVariantResults"][];
            /**
             * @description By measure (`read`, and `clicked` of mails), the variant that is certainly above all others that run; `null` as long as
             *     that is not certain.
             */
            winners: Record<string, never>;
        };
        /** @description What the version in use compares. */
        TemplateTrialList: {
            /**
             * @description Always absent: the list has one page.
             * @example null
             */
            next_cursor: string | null;
            /** @description By channel. */
            trials: components["schemas"]["TemplateTrial"][];
        };
        /** @description A notification type with templates. */
        TemplateType: {
            /**
             * Format: int64
             * @description The version in use; absent if none was published.
             */
            current_version: number | null;
            /** @description The drafts. */
            drafts: components["schemas"]["TemplateDraft"][];
            /** @description Whether the type has a schema of its content. */
            has_schema: boolean;
            /**
             * Format: int64
             * @description The greatest number of a version, scheduled ones included; 0 if there is none.
             */
            latest_version: number;
            /**
             * @description The notification type, or `_shared` for layouts and partials.
             * @example order_shipped
             */
            type: string;
        };
        /** @description Other words for some of a channel's readers, as editors work on them. */
        TemplateVariant: {
            /**
             * @description The channel.
             * @example push
             */
            channel: string;
            /**
             * Format: int64
             * @description The revision, which each change raises; also in `ETag`.
             * @example 1
             */
            revision: number;
            /**
             * @description The sources that differ from the template, by locale and part.
             * @example {
             *       "en": {
             *         "title": "{{ content.order_id }} is on its way"
             *       }
             *     }
             */
            templates: {
                [key: string]: {
                    [key: string]: string;
                };
            };
            /**
             * Format: date-time
             * @description When it last changed.
             */
            updated_at: string;
            /**
             * @description The subject of the token that changed it.
             * @example ann
             */
            updated_by: string;
            /**
             * @description Its name.
             * @example short
             */
            variant: string;
            /**
             * Format: int32
             * @description Its share of readers in percent.
             * @example 50
             */
            weight: number;
        };
        /** @description All variants of a type that are being edited. */
        TemplateVariantList: {
            /**
             * @description Always absent: the list has one page.
             * @example null
             */
            next_cursor: string | null;
            /** @description By channel and name. */
            variants: components["schemas"]["TemplateVariant"][];
        };
        /** @description What became of a variant. */
        TemplateVariantResults: {
            /**
             * Format: int64
             * @description Those of the delivered mails in which readers opened a link; 0 if the tenant does not track clicks.
             * @example 40
             */
            clicked: number;
            /**
             * Format: int64
             * @description Deliveries that the provider took; in the inbox: notifications that were shown there.
             * @example 990
             */
            delivered: number;
            /**
             * Format: int64
             * @description Deliveries that are dead.
             * @example 10
             */
            failed: number;
            /**
             * Format: int64
             * @description Those of the delivered whose template failed, so that they had built-in words.
             * @example 0
             */
            faults: number;
            /**
             * Format: int64
             * @description Those of the delivered mails that readers opened, without what programs did; 0 if the tenant does not track opens.
             * @example 300
             */
            opened: number;
            /**
             * @description Its shares, by measure: `read`, and of mails `opened` and `clicked`, of the delivered; `failed` (with `faults`) of the
             *     sent.
             */
            rates: Record<string, never>;
            /**
             * Format: int64
             * @description Those of the delivered whose notification is read.
             * @example 200
             */
            read: number;
            /**
             * Format: int64
             * @description Deliveries that came to an end: `delivered` and `failed`.
             * @example 1000
             */
            sent: number;
            /** @description Whether it was stopped because too many of its deliveries failed. */
            stopped: boolean;
            /**
             * @description Its name.
             * @example control
             */
            variant: string;
            /**
             * Format: int32
             * @description Its share of readers in percent.
             * @example 50
             */
            weight: number;
        };
        /** @description A version of a type's templates. It never changes. */
        TemplateVersion: {
            /**
             * @description Why it was made.
             * @example Shorter title
             */
            comment: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            made_at: string;
            /**
             * @description The subject of the token that made it.
             * @example ann
             */
            made_by: string;
            /**
             * Format: date-time
             * @description When it is to be published. Absent if it does not wait.
             */
            publish_at: string | null;
            /**
             * Format: date-time
             * @description When it was published. Absent if it waits.
             */
            published_at: string | null;
            /**
             * Format: int64
             * @description The version of `_shared` whose layouts, partials and brand it uses.
             */
            shared_version: number | null;
            /**
             * @description `current`: the one in use. `scheduled`: it waits for `publish_at`. `replaced`: another one has taken its
             *     place.
             * @example current
             */
            state: string;
            /**
             * Format: int64
             * @description Its number, counted from 1 for each type.
             * @example 2
             */
            version: number;
        };
        /** @description A version with all that it holds. */
        TemplateVersionContent: components["schemas"]["TemplateVersion"] & {
            /** @description The sources by channel, locale and part. */
            templates: Record<string, never>;
            /** @description What it compares: variants by channel and name. */
            variants: Record<string, never>;
        };
        /** @description One page of versions, newest first. */
        TemplateVersionList: {
            /** @description Pass it as `cursor` for the next page. Absent on the last one. */
            next_cursor: string | null;
            /** @description The versions. */
            versions: components["schemas"]["TemplateVersion"][];
        };
        /** @description What looks like a mistake in a template, or is one. */
        TemplateWarning: {
            /**
             * Format: int32
             * @description The column in characters, from 1.
             */
            column: number;
            /**
             * @description One readable sentence.
             * @example content.oder_id does not exist here, so nothing is shown
             */
            detail: string;
            /**
             * Format: int32
             * @description The line, from 1.
             */
            line: number;
            /**
             * @description The part.
             * @example title
             */
            part: string;
        };
        /** @description A variant that has another share of readers. */
        TemplateWeightChange: {
            /**
             * @description The channel.
             * @example push
             */
            channel: string;
            /**
             * Format: int32
             * @description Its share on the side `from`, in percent. Absent if it is new.
             * @example 20
             */
            from: number | null;
            /**
             * Format: int32
             * @description Its share on the side `to`, in percent. Absent if it is gone.
             * @example 50
             */
            to: number | null;
            /**
             * @description The variant.
             * @example short
             */
            variant: string;
        };
        /** @description A tenant. */
        Tenant: {
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * @description The schemes besides https that links may have.
             * @example [
             *       "myapp"
             *     ]
             */
            link_schemes: string[];
            /**
             * @description The locale of users who have none; `null`: English.
             * @example de-AT
             */
            locale: string | null;
            /**
             * Format: int32
             * @description How many active API keys it can have.
             * @example 100
             */
            max_api_keys: number;
            /**
             * Format: int32
             * @description How many notifications it can have stored; `null`: no limit.
             * @example 1000000
             */
            max_notifications: number | null;
            /**
             * Format: int32
             * @description How much of it can wait to be planned, sent or retried; `null`: no limit.
             * @example 50000
             */
            max_queued: number | null;
            /**
             * Format: int32
             * @description How many recipients one of its requests can name.
             * @example 1000
             */
            max_recipients: number;
            /**
             * @description How many requests it can make; `null`: the installation's default.
             * @example 600/m burst 50
             */
            max_requests: string | null;
            /**
             * @description How many requests to send it can make; `null`: the installation's default.
             * @example 100/s burst 100
             */
            max_sends: string | null;
            /**
             * Format: int32
             * @description How many open streams it can have on each server; `null`: the installation's default.
             * @example 500
             */
            max_streams: number | null;
            /**
             * Format: int32
             * @description How many notification types can have templates or a schema.
             * @example 200
             */
            max_types: number;
            /** @description Whether pushes tell apps how many notifications are unread. */
            push_badge: boolean;
            /**
             * Format: int32
             * @description How many days notifications are kept; `null`: the installation's default.
             */
            retention_days: number | null;
            /**
             * @description The pauses between the attempts of a delivery; `null`: the default.
             * @example [
             *       "5s",
             *       "30s",
             *       "2m"
             *     ]
             */
            retry_ladder: string[] | null;
            /**
             * @description `active`, `suspended`, or `removing` while what it has is being removed.
             * @example active
             */
            status: string;
            /**
             * Format: date-time
             * @description Since when it is suspended.
             */
            suspended_at: string | null;
            /**
             * @description The name.
             * @example acme
             */
            tenant: string;
            token_keys: components["schemas"]["TokenKeySet"] | null;
            /** @description Whether it is counted in which mails a link is opened. */
            track_clicks: boolean;
            /** @description Whether it is counted which mails are opened. */
            track_opens: boolean;
            /**
             * @description What keeps a setting from having an effect. Empty as a rule.
             * @example []
             */
            warnings: string[];
        };
        /** @description What to change of a tenant. Fields that are left out stay as they are. */
        TenantChange: {
            /**
             * @description The schemes besides https that links may have.
             * @example [
             *       "myapp"
             *     ]
             */
            link_schemes?: string[] | null;
            /**
             * @description The locale of users who have none; `null`: English.
             * @example de-AT
             */
            locale?: string | null;
            /**
             * Format: int32
             * @description How many active API keys it can have; `null`: the default.
             * @example 100
             */
            max_api_keys?: number | null;
            /**
             * Format: int32
             * @description How many notifications it can have stored; `null`: no limit.
             * @example 1000000
             */
            max_notifications?: number | null;
            /**
             * Format: int32
             * @description How much of it can wait to be planned, sent or retried; `null`: no limit.
             * @example 50000
             */
            max_queued?: number | null;
            /**
             * Format: int32
             * @description How many recipients one of its requests can name; `null`: the default, which is also the maximum.
             * @example 100
             */
            max_recipients?: number | null;
            /**
             * @description How many requests it can make; `null`: `CAMPANILE_LIMIT_TENANT` applies.
             * @example 600/m burst 50
             */
            max_requests?: string | null;
            /**
             * @description How many requests to send it can make; `null`: `CAMPANILE_LIMIT_SEND` applies.
             * @example 100/s
             */
            max_sends?: string | null;
            /**
             * Format: int32
             * @description How many open streams it can have on each server; `null`: `STREAM_LIMIT_TENANT` applies, which is also the maximum.
             * @example 500
             */
            max_streams?: number | null;
            /**
             * Format: int32
             * @description How many notification types can have templates or a schema; `null`: the default.
             * @example 50
             */
            max_types?: number | null;
            /** @description Whether pushes tell apps how many notifications are unread. Costs a count for each push. */
            push_badge?: boolean | null;
            /**
             * @description The pauses between the attempts of a delivery; `null`: the default.
             * @example [
             *       "5s",
             *       "30s",
             *       "2m"
             *     ]
             */
            retry_ladder?: string[] | null;
            /** @description Whether the tenant is suspended. */
            suspended?: boolean | null;
            /**
             * @description A JWK set of public keys that verify tokens of this tenant, besides the keys of the installation. It replaces the
             *     earlier set; `null`: none.
             * @example {
             *       "keys": [
             *         {
             *           "crv": "Ed25519",
             *           "kid": "2027-01",
             *           "kty": "OKP",
             *           "x": "AmlMIVld8isTZTJLwMk36GESeA1R6oluk0umdN90FL0"
             *         }
             *       ]
             *     }
             */
            token_keys?: {
                /** @description At least 1 and at most 8 keys that verify signatures, and at most 8192 bytes without the members that are not listed here. Keys with `"use": "enc"` are not counted and not stored. */
                keys: {
                    /** @description `RS256` for `RSA`, `ES256` for `EC`, `EdDSA` for `OKP`. It can be left out. */
                    alg?: string;
                    /** @description `P-256` for `EC`, `Ed25519` for `OKP`. */
                    crv?: string;
                    /** @description The public exponent of an `RSA` key, in base64url without padding. */
                    e?: string;
                    /** @description Must include `verify`, or be left out. */
                    key_ops?: string[];
                    /** @description The name by which tokens choose the key. Required if there are several keys. */
                    kid?: string;
                    /**
                     * @description `RSA` needs `n` and `e`; `EC` needs `crv`, `x` and `y`; `OKP` needs `crv` and `x`.
                     * @enum {string}
                     */
                    kty: "RSA" | "EC" | "OKP";
                    /** @description The modulus of an `RSA` key, 2,048 to 8,192 bits, in base64url without padding. */
                    n?: string;
                    /**
                     * @description `sig`, or left out.
                     * @enum {string}
                     */
                    use?: "sig" | "enc";
                    /** @description 32 bytes in base64url without padding: a coordinate of an `EC` key, or an `OKP` key. */
                    x?: string;
                    /** @description 32 bytes in base64url without padding: a coordinate of an `EC` key. */
                    y?: string;
                }[];
            } | null;
            /**
             * @description Whether it is counted in which mails a link is opened; links in mails then lead through this service. Needs
             *     `CAMPANILE_PUBLIC_URL`.
             */
            track_clicks?: boolean | null;
            /** @description Whether it is counted which mails are opened, by a picture in each. Needs `CAMPANILE_PUBLIC_URL`. */
            track_opens?: boolean | null;
        };
        /** @description How what is stored of a tenant is encrypted. */
        TenantEncryption: {
            /** @description Whether this server encrypts the texts that it stores. */
            encrypts_texts: boolean;
            /**
             * Format: int64
             * @description Number of former data keys, which still decrypt what they have encrypted.
             * @example 1
             */
            former_keys: number;
            /**
             * Format: date-time
             * @description When the tenant's data key was made; `null` if it has none.
             */
            key_created_at: string | null;
            rotation: components["schemas"]["KeyRotation"] | null;
            /**
             * @description The tenant.
             * @example acme
             */
            tenant: string;
        };
        /** @description A page of tenants. */
        TenantPage: {
            /** @description Pass this as `cursor` to get the next page; `null` on the last page. */
            next_cursor?: string | null;
            /** @description The tenants, by name. */
            tenants: components["schemas"]["Tenant"][];
        };
        /** @description A tenant to create. */
        TenantRequest: {
            /**
             * @description The schemes besides https that links may have.
             * @example [
             *       "myapp"
             *     ]
             */
            link_schemes?: string[] | null;
            /**
             * @description The locale of users who have none.
             * @example de-AT
             */
            locale?: string | null;
            /**
             * Format: int32
             * @description How many active API keys it can have.
             * @example 100
             */
            max_api_keys?: number | null;
            /**
             * Format: int32
             * @description How many notifications it can have stored; without a number, there is no limit.
             * @example 1000000
             */
            max_notifications?: number | null;
            /**
             * Format: int32
             * @description How much of it can wait to be planned, sent or retried; without a number, there is no limit.
             * @example 50000
             */
            max_queued?: number | null;
            /**
             * Format: int32
             * @description How many recipients one of its requests can name.
             * @example 100
             */
            max_recipients?: number | null;
            /**
             * @description How many requests it can make; without a rate `CAMPANILE_LIMIT_TENANT` applies.
             * @example 600/m burst 50
             */
            max_requests?: string | null;
            /**
             * @description How many requests to send it can make; without a rate `CAMPANILE_LIMIT_SEND` applies.
             * @example 100/s
             */
            max_sends?: string | null;
            /**
             * Format: int32
             * @description How many open streams it can have on each server, at most `STREAM_LIMIT_TENANT`.
             * @example 500
             */
            max_streams?: number | null;
            /**
             * Format: int32
             * @description How many notification types can have templates or a schema.
             * @example 50
             */
            max_types?: number | null;
            /** @description Whether pushes tell apps how many notifications are unread. Costs a count for each push. */
            push_badge?: boolean | null;
            /**
             * @description The pauses between the attempts of a delivery.
             * @example [
             *       "5s",
             *       "30s",
             *       "2m"
             *     ]
             */
            retry_ladder?: string[] | null;
            /**
             * @description The name: 1 to 63 characters of a-z, 0-9 and -. It cannot be changed.
             * @example acme
             */
            tenant: string;
            /**
             * @description A JWK set of public keys that verify tokens of this tenant, besides the keys of the installation.
             * @example {
             *       "keys": [
             *         {
             *           "crv": "Ed25519",
             *           "kid": "2027-01",
             *           "kty": "OKP",
             *           "x": "AmlMIVld8isTZTJLwMk36GESeA1R6oluk0umdN90FL0"
             *         }
             *       ]
             *     }
             */
            token_keys?: {
                /** @description At least 1 and at most 8 keys that verify signatures, and at most 8192 bytes without the members that are not listed here. Keys with `"use": "enc"` are not counted and not stored. */
                keys: {
                    /** @description `RS256` for `RSA`, `ES256` for `EC`, `EdDSA` for `OKP`. It can be left out. */
                    alg?: string;
                    /** @description `P-256` for `EC`, `Ed25519` for `OKP`. */
                    crv?: string;
                    /** @description The public exponent of an `RSA` key, in base64url without padding. */
                    e?: string;
                    /** @description Must include `verify`, or be left out. */
                    key_ops?: string[];
                    /** @description The name by which tokens choose the key. Required if there are several keys. */
                    kid?: string;
                    /**
                     * @description `RSA` needs `n` and `e`; `EC` needs `crv`, `x` and `y`; `OKP` needs `crv` and `x`.
                     * @enum {string}
                     */
                    kty: "RSA" | "EC" | "OKP";
                    /** @description The modulus of an `RSA` key, 2,048 to 8,192 bits, in base64url without padding. */
                    n?: string;
                    /**
                     * @description `sig`, or left out.
                     * @enum {string}
                     */
                    use?: "sig" | "enc";
                    /** @description 32 bytes in base64url without padding: a coordinate of an `EC` key, or an `OKP` key. */
                    x?: string;
                    /** @description 32 bytes in base64url without padding: a coordinate of an `EC` key. */
                    y?: string;
                }[];
            } | null;
            /**
             * @description Whether it is counted in which mails a link is opened; links in mails then lead through this service. Needs
             *     `CAMPANILE_PUBLIC_URL`.
             */
            track_clicks?: boolean | null;
            /** @description Whether it is counted which mails are opened, by a picture in each. Needs `CAMPANILE_PUBLIC_URL`. */
            track_opens?: boolean | null;
        };
        /**
         * @description How much a tenant has. Numbers are counted up to 10,000: 10000 means as many or more. `queued` and `notifications` are
         *     counted up to their limit, if it is higher, and at most up to 1,000,000.
         */
        TenantUsage: {
            /** @description Active API keys. */
            api_keys: components["schemas"]["LimitedNumber"];
            /**
             * Format: int64
             * @description Dead letters.
             */
            dead_letters: number;
            /**
             * Format: int64
             * @description Devices that receive pushes.
             */
            devices: number;
            /** @description Notifications that are stored, with deleted ones until their retention period ends. */
            notifications: components["schemas"]["MaybeLimitedNumber"];
            /**
             * Format: int64
             * @description Providers.
             */
            providers: number;
            /** @description What waits: notifications that have no plan yet or are sent later, and deliveries that are in the queue or due later. */
            queued: components["schemas"]["MaybeLimitedNumber"];
            /**
             * Format: int64
             * @description Topics.
             */
            topics: number;
            /** @description Notification types with templates or a schema. */
            types: components["schemas"]["LimitedNumber"];
            /**
             * Format: int64
             * @description Users that services have registered.
             */
            users: number;
        };
        /** @description A test notification. */
        TestRequest: {
            /** @description The channels to test. */
            channels: components["schemas"]["Channel"][];
            level?: components["schemas"]["Level"] | null;
            /**
             * @description The text of the notification.
             * @example Does this reach you?
             */
            message: string;
            /**
             * @description The recipient. Services must name one; users leave it out and send to themselves.
             * @example u1
             */
            user_id?: string | null;
        };
        /** @description The outcome of one channel. */
        TestResult: {
            /**
             * @description The provider's answer, or the reason why no provider was called.
             * @example 200: OK
             */
            detail: string;
            /**
             * Format: int64
             * @description Time from acceptance to the outcome, or to the last check.
             */
            duration_ms: number;
            /**
             * @description Status of the delivery; `queued` if there was no outcome in time.
             * @example sent
             */
            status: string;
        };
        /** @description The outcomes of a test. */
        TestResults: {
            /** @description Outcomes by channel. */
            results: {
                [key: string]: components["schemas"]["TestResult"];
            };
        };
        /** @description Which words an attempt sent. */
        TextsUsed: {
            /**
             * @description Where they come from: `stored` (a template of the tenant), `built_in` (the type's own words), `generic` (words for
             *     any type) or `emergency` (type and content as they are).
             * @example built_in
             */
            level: string;
            /**
             * @description Their locale.
             * @example de
             */
            locale: string;
            /**
             * @description The variant of the template, if wordings are compared; `control` is the template itself.
             * @example null
             */
            variant: string | null;
            /**
             * Format: int64
             * @description The published version of the tenant's templates, if one was used.
             */
            version?: number | null;
        };
        /** @description A token bucket per user and notification type. */
        Throttle: {
            /**
             * Format: int32
             * @description Capacity of the bucket: notifications at once.
             * @example 100
             */
            burst: number;
            /**
             * Format: int32
             * @description Notifications added to the bucket each minute.
             * @example 10
             */
            per_minute: number;
        };
        /** @description Every decision and attempt. */
        Timeline: {
            /** Format: date-time */
            created_at: string;
            /** @description One planned delivery for each channel and address. */
            deliveries: components["schemas"]["Delivery"][];
            /** @description The events in chronological order. */
            events: components["schemas"]["TimelineEvent"][];
            /** Format: uuid */
            id: string;
            /**
             * @description The locale that its texts were made for; `null` if an earlier release accepted it.
             * @example de-AT
             */
            locale?: string | null;
            notification_type: string;
            /**
             * @description Status over all channels.
             * @example sent
             */
            status: string;
            /**
             * Format: int64
             * @description The published version of the tenant's templates that made its texts; `null`: the words are built in.
             */
            template_version?: number | null;
            user_id: string;
            /** @description The variants that its user was given, by channel, where wordings are compared; `control` is the template itself. */
            variants: Record<string, never>;
        };
        /** @description One event. */
        TimelineEvent: {
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /**
             * @description What happened: `accepted`, `planned`, `deferred`, `attempt`, the final status of a delivery, an action of the
             *     user (`seen`, `read`, `archived`, and `opened` or `clicked` of a mail), `cancelled` by the sender, or `warning`: the content violates the schema of its
             *     type.
             * @example attempt
             */
            what: string;
            /**
             * @description Short explanation.
             * @example webhook: attempt 1, retry 503
             */
            why?: string | null;
        };
        /** @description A public key (RFC 7517) with the members that verifying takes. */
        TokenKey: {
            /**
             * @description `RS256`, `ES256` or `EdDSA`.
             * @example EdDSA
             */
            alg: string;
            /**
             * @description The curve of an `EC` or `OKP` key.
             * @example Ed25519
             */
            crv?: string | null;
            /** @description The public exponent of an `RSA` key. */
            e?: string | null;
            /**
             * @description The name by which tokens choose the key.
             * @example 2027-01
             */
            kid?: string | null;
            /**
             * @description `RSA`, `EC` or `OKP`.
             * @example OKP
             */
            kty: string;
            /** @description The modulus of an `RSA` key. */
            n?: string | null;
            /**
             * @description A coordinate of an `EC` key, or an `OKP` key.
             * @example AmlMIVld8isTZTJLwMk36GESeA1R6oluk0umdN90FL0
             */
            x?: string | null;
            /** @description A coordinate of an `EC` key. */
            y?: string | null;
        };
        /** @description Public keys that verify tokens. */
        TokenKeySet: {
            /** @description At most 8. */
            keys: components["schemas"]["TokenKey"][];
        };
        /** @description A topic. */
        Topic: {
            /**
             * Format: date-time
             * @description When the topic was created.
             */
            created_at: string;
            /** @example team:7 */
            key: string;
            /**
             * Format: int64
             * @description Number of subscribers.
             */
            subscribers: number;
            /**
             * Format: date-time
             * @description When users last subscribed or unsubscribed.
             */
            updated_at: string;
        };
        /** @description What is known of a notification type. */
        TypeRequest: {
            /**
             * @description A JSON Schema (draft 2020-12) of `content`.
             * @example {
             *       "properties": {
             *         "order_id": {
             *           "type": "string"
             *         }
             *       },
             *       "required": [
             *         "order_id"
             *       ],
             *       "type": "object"
             *     }
             */
            schema: Record<string, never>;
            /** @description Whether requests whose content violates the schema are to be refused. */
            schema_strict?: boolean | null;
        };
        /** @description A user. */
        User: {
            /** @description The tenant's custom fields. */
            attributes: Record<string, never>;
            /**
             * Format: date-time
             * @description When the user was created.
             */
            created_at: string;
            /**
             * @description Email address; the domain is stored in lower case and ASCII.
             * @example zoe@example.com
             */
            email?: string | null;
            /**
             * Format: date-time
             * @description Since when the address is known to be invalid. Setting another address clears it.
             */
            email_gone_at?: string | null;
            /**
             * @description BCP 47 tag.
             * @example pt-BR
             */
            locale?: string | null;
            /**
             * @description IANA time zone, or an offset such as `+05:30`.
             * @example Europe/Berlin
             */
            timezone?: string | null;
            /**
             * Format: date-time
             * @description When the user was last updated.
             */
            updated_at: string;
            /** @example u1 */
            user_id: string;
        };
        /** @description Where a user is reached through a channel of a chat or phone service. */
        UserAddress: {
            /**
             * @description The address. It is shortened where anyone who knows it could write to the user, as with the URL of a webhook.
             * @example 123456789
             */
            address: string;
            /** @example telegram */
            channel: string;
            /**
             * Format: date-time
             * @description When the user first had an address in this channel.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Since when the address is known not to exist; it is not used until it is set again.
             */
            gone_at?: string | null;
            /**
             * Format: date-time
             * @description When the address was last set.
             */
            updated_at: string;
        };
        /** @description All addresses of a user, by channel. */
        UserAddresses: {
            addresses: components["schemas"]["UserAddress"][];
        };
        /** @description An address of a user in a channel. */
        UserAddressRequest: {
            /**
             * @description The address as the service knows it: the id of a chat, a telephone number with its country code, the user's key, or the https
             *     URL of an incoming webhook. `campanile recipe show <channel>` says which.
             * @example 123456789
             */
            address: string;
            /** @description A channel of a chat or phone service in which users have addresses, such as `telegram`. */
            channel: components["schemas"]["Channel"];
        };
        /** @description How far a merge of two users is. */
        UserMerge: {
            /**
             * Format: int64
             * @description Number of addresses in chat and phone services moved.
             */
            addresses: number;
            /**
             * Format: int64
             * @description Number of devices moved.
             */
            devices: number;
            /**
             * Format: date-time
             * @description When the merge ended.
             */
            ended_at?: string | null;
            /**
             * @description The user who is kept.
             * @example alice
             */
            into: string;
            /**
             * Format: int64
             * @description Number of notifications moved so far, with their deliveries.
             * @example 500
             */
            notifications: number;
            /**
             * @description `history`: notifications of which nothing is pending are moved in steps; `topics`: the kept user is subscribed to the other
             *     one's topics; `rest`: everything else is moved; `done`: the other user is gone.
             */
            stage: components["schemas"]["MergeStage"];
            /**
             * Format: date-time
             * @description When the merge was requested.
             */
            started_at: string;
            /**
             * Format: int64
             * @description Number of topics to which the kept user was not subscribed before.
             */
            topics: number;
            /**
             * Format: int64
             * @description Number of notifications that the removed user had at the start.
             * @example 1200
             */
            total: number;
            /**
             * Format: date-time
             * @description When the merge last made progress.
             */
            updated_at: string;
            /**
             * @description The user who is removed at the end.
             * @example u1
             */
            user_id: string;
        };
        /** @description A merge of two users. */
        UserMergeRequest: {
            /**
             * @description The tenant's id of the user who is kept and gets everything of the other one.
             * @example alice
             */
            into: string;
        };
        /** @description A user to create or replace. A field that is left out is removed. */
        UserRequest: {
            /** @description The tenant's custom fields, at most 16 KiB. */
            attributes?: Record<string, never> | null;
            /**
             * @description Address of one mailbox, without display name, brackets, comments or quotes.
             * @example zoe@example.com
             */
            email?: string | null;
            /**
             * @description BCP 47 tag. Platform notations such as `en_US` and `zh_CN_#Hans` are converted to `en-US` and `zh-Hans-CN`.
             * @example pt-BR
             */
            locale?: string | null;
            /**
             * @description IANA time zone, or an offset: `GMT+05:30` is stored as `+05:30`.
             * @example Europe/Berlin
             */
            timezone?: string | null;
        };
        /** @description Other words for some of a channel's readers. */
        VariantRequest: {
            /**
             * @description The sources that differ from the template, by locale and part. Only readers whose locale every variant of the
             *     channel has take part.
             * @example {
             *       "en": {
             *         "title": "{{ content.order_id }} is on its way"
             *       }
             *     }
             */
            templates: {
                [key: string]: {
                    [key: string]: string;
                };
            };
            /**
             * Format: int32
             * @description Its share of readers in percent. What all variants of a channel leave reads the template itself.
             * @example 50
             */
            weight: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_addresses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAddresses"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_address: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "address": "U0123456789",
                 *       "channel": "slack"
                 *     }
                 */
                "application/json": components["schemas"]["UserAddressRequest"];
            };
        };
        responses: {
            /** @description The address replaces the one that the user had in this channel, or is the same */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAddress"];
                };
            };
            /** @description The address was registered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAddress"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel
                 * @example slack
                 */
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no address in this channel */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of keys to return (default 50) */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "billing service",
                 *       "scopes": [
                 *         "notifications:send"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyRequest"];
            };
        };
        responses: {
            /** @description The key was created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no key with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key is revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no key with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key that is replaced */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlap": "24h"
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyRotation"];
            };
        };
        responses: {
            /** @description The new key was created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no key with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key was revoked or has expired */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit_log: {
        parameters: {
            query?: {
                /** @description Only this action, e.g. `provider.set` */
                action?: string;
                /** @description Only acts of this actor */
                actor?: string;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Only acts at or after this time */
                from?: string;
                /** @description Maximum number of entries to return (default 20) */
                limit?: number;
                /** @description Only acts on this target, e.g. `provider/main` */
                target?: string;
                /** @description Only acts before this time */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_audit_log: {
        parameters: {
            query?: {
                /** @description The `id` of the last entry that you have */
                after?: string;
                /** @description Maximum number of lines to return (default 100) */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entries, one per line */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_audit_retention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The retention period in effect */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRetention"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_audit_retention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "days": 730
                 *     }
                 */
                "application/json": components["schemas"]["AuditRetentionRequest"];
            };
        };
        responses: {
            /** @description The retention period was set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRetention"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_brand: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The brand; empty if the tenant has set none */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Brand"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_brand: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the brand that is replaced, or `*` */
                "If-Match"?: string | null;
                /** @description `*`: only if there is none */
                "If-None-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "colors": {
                 *         "accent": "#0a7cff"
                 *       },
                 *       "logo": "https://acme.example/logo.png",
                 *       "name": "Acme"
                 *     }
                 */
                "application/json": components["schemas"]["BrandRequest"];
            };
        };
        responses: {
            /** @description The brand was set */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Brand"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                /** @description Only deliveries of this channel */
                channel?: string;
                /** @description Only dead letters with exactly this code */
                code?: string;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Only deliveries that died at or after this time */
                from?: string;
                /** @description Maximum number of dead letters to return (default 20) */
                limit?: number;
                /** @description Only deliveries that died before this time */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    purge_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ids": [
                 *         "019a2f00-0000-7000-8000-000000000001"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DeadLetterChoice"];
            };
        };
        responses: {
            /** @description The dead letters were purged */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLettersPurged"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "channel": "webhook",
                 *       "from": "2026-01-31T08:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["DeadLetterChoice"];
            };
        };
        responses: {
            /** @description The deliveries are scheduled again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLettersReplayed"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_ingest_addresses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAddressList"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_ingest_address: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "apprise",
                 *       "name": "Backups",
                 *       "recipients": [
                 *         "u1"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["IngestRequest"];
            };
        };
        responses: {
            /** @description The address and its key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAddressCreated"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server has no master key, which `signed` requires, or a different one from the key that encrypted this tenant's secrets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_ingest_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the address */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no address with this id in use */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_master_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this server has, and the latest rotation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterKey"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_master_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has begun, or was running already */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterKey"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This server does not have both master keys */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_preference_defaults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preferences in effect */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_preference_defaults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "debounce": {
                 *         "within_s": 900
                 *       },
                 *       "mandatory_types": [
                 *         "security_alert"
                 *       ],
                 *       "notification_types": {
                 *         "marketing": false
                 *       },
                 *       "quiet_hours": {
                 *         "enabled": true,
                 *         "end_time": "07:00",
                 *         "start_time": "23:00",
                 *         "timezone": "Europe/Berlin"
                 *       },
                 *       "throttle": {
                 *         "burst": 100,
                 *         "per_minute": 10
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PreferencesRequest"];
            };
        };
        responses: {
            /** @description The preferences were stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_providers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderList"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_provider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the provider: 1 to 64 characters of a-z, 0-9, _, . and -
                 * @example main
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "channel": "email",
                 *       "settings": {
                 *         "from": "Acme <news@acme.example>",
                 *         "host": "smtp.example.com",
                 *         "password": "…",
                 *         "username": "acme"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ProviderSettings"];
            };
        };
        responses: {
            /** @description The provider was created or replaced */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid provider name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server has no master key, or a different one from the key that encrypted this tenant's secrets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_provider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the provider
                 * @example main
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no provider with this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another provider names this one as its failover target */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_provider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the provider
                 * @example main
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Resumed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No paused provider has this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_retention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The retention period in effect */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_retention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "days": 30
                 *     }
                 */
                "application/json": components["schemas"]["RetentionRequest"];
            };
        };
        responses: {
            /** @description The retention period was set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_suppressions: {
        parameters: {
            query?: {
                /** @description Only this address; of `email` unless `channel` is given */
                address?: string;
                /** @description Only this channel */
                channel?: string;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of entries to return (default 20) */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_suppressions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "addresses": [
                 *         "ada@example.com"
                 *       ],
                 *       "reason": "complaint"
                 *     }
                 */
                "application/json": components["schemas"]["SuppressionAddRequest"];
            };
        };
        responses: {
            /** @description The addresses are on the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionsAdded"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_suppression: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "address": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["SuppressionRemoveRequest"];
            };
        };
        responses: {
            /** @description The address may be used again */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The address is not on the list */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateList"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retire_templates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The type has no drafts and no version in use */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `_shared` cannot be retired */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel
                 * @example push
                 */
                channel: string;
                /**
                 * @description A language tag
                 * @example en
                 */
                locale: string;
                /**
                 * @description The notification type, or `_shared`
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The draft */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such draft */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_template: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the draft that is replaced, or `*` */
                "If-Match"?: string | null;
                /** @description `*`: only if there is no draft */
                "If-None-Match"?: string | null;
            };
            path: {
                /**
                 * @description The channel
                 * @example push
                 */
                channel: string;
                /**
                 * @description A language tag
                 * @example en
                 */
                locale: string;
                /**
                 * @description The notification type, or `_shared`
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "parts": {
                 *         "body": "It is on its way.",
                 *         "title": "Your order {{ content.order_id }}"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TemplateRequest"];
            };
        };
        responses: {
            /** @description The draft was saved */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid type, channel or locale */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_template: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the draft; left out: whatever is there */
                "If-Match"?: string | null;
            };
            path: {
                /**
                 * @description The channel
                 * @example push
                 */
                channel: string;
                /**
                 * @description A language tag
                 * @example en
                 */
                locale: string;
                /**
                 * @description The notification type, or `_shared`
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such draft */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` is no `ETag` of a response */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_template_variant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the variant that is replaced, or `*` */
                "If-Match"?: string | null;
                /** @description `*`: only if there is no such variant */
                "If-None-Match"?: string | null;
            };
            path: {
                /**
                 * @description The channel
                 * @example push
                 */
                channel: string;
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
                /**
                 * @description Its name: 1 to 32 of the characters a-z, 0-9, _ and -, and not `control`
                 * @example short
                 */
                variant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "templates": {
                 *         "en": {
                 *           "title": "{{ content.order_id }} is on its way"
                 *         }
                 *       },
                 *       "weight": 50
                 *     }
                 */
                "application/json": components["schemas"]["VariantRequest"];
            };
        };
        responses: {
            /** @description The variant was saved */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVariant"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid type, channel or name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_template_variant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the variant; left out: whatever is there */
                "If-Match"?: string | null;
            };
            path: {
                /**
                 * @description The channel
                 * @example push
                 */
                channel: string;
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
                /**
                 * @description Its name
                 * @example short
                 */
                variant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such variant */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` is no `ETag` of a response */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_templates: {
        parameters: {
            query?: {
                /** @description A version, `current` (default) or `drafts` */
                from?: string;
                /** @description A version, `current` or `drafts` (default) */
                to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The notification type, or `_shared`
                 * @example _shared
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What differs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateComparison"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such type or version */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promote_template_variant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the list of versions: refuses the call if another version was made meanwhile */
                "If-Match"?: string | null;
            };
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "channel": "push",
                 *       "variant": "short"
                 *     }
                 */
                "application/json": components["schemas"]["PromoteRequest"];
            };
        };
        responses: {
            /** @description The new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersion"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version in use has no such variant */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish_template: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the list of versions: refuses the call if another version was made meanwhile */
                "If-Match"?: string | null;
            };
            path: {
                /**
                 * @description The notification type, or `_shared`
                 * @example _shared
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "comment": "New logo"
                 *     }
                 */
                "application/json": components["schemas"]["PublishRequest"];
            };
        };
        responses: {
            /** @description The new version, or the one in use if nothing has changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersion"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid type */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The type has no drafts */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_template_results: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A comparison for each channel that has variants */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateTrialList"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The type has no templates */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    roll_back_template: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the list of versions: refuses the call if another version was made meanwhile */
                "If-Match"?: string | null;
            };
            path: {
                /**
                 * @description The notification type, or `_shared`
                 * @example _shared
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 1
                 *     }
                 */
                "application/json": components["schemas"]["RollbackRequest"];
            };
        };
        responses: {
            /** @description The new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersion"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such version */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "channels": [
                 *         "in_app"
                 *       ],
                 *       "content": {
                 *         "order_id": "7"
                 *       },
                 *       "user_id": "u1"
                 *     }
                 */
                "application/json": components["schemas"]["TemplateTestRequest"];
            };
        };
        responses: {
            /** @description The outcome of each channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestResults"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The type has no version in use */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_template_variants: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVariantList"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The type has no templates */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_template_versions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of versions to return (default 20) */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The notification type, or `_shared`
                 * @example _shared
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersionList"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The type has no templates */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_template_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The notification type, or `_shared`
                 * @example _shared
                 */
                type: string;
                /**
                 * @description The version
                 * @example 1
                 */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersionContent"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such version */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_template_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The notification type, or `_shared`
                 * @example _shared
                 */
                type: string;
                /**
                 * @description The version
                 * @example 1
                 */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such version */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The version was published */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": {
                 *         "order_id": "7"
                 *       },
                 *       "locale": "en",
                 *       "notification_type": "order_shipped"
                 *     }
                 */
                "application/json": components["schemas"]["PreviewRequest"];
            };
        };
        responses: {
            /** @description What each channel would say */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplatePreviewList"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tenants: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of tenants to return (default 50) */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tenant": "acme"
                 *     }
                 */
                "application/json": components["schemas"]["TenantRequest"];
            };
        };
        responses: {
            /** @description The tenant was created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is a tenant of this name */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant
                 * @example acme
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no tenant of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant
                 * @example acme
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant is being removed */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no tenant of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant `default` cannot be deleted */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_tenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant
                 * @example acme
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "suspended": true
                 *     }
                 */
                "application/json": components["schemas"]["TenantChange"];
            };
        };
        responses: {
            /** @description The tenant as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no tenant of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant cannot be resumed, because its import is not finished */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_tenant_encryption: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant
                 * @example acme
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data keys, and the latest rotation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantEncryption"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no tenant of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    encrypt_tenant_texts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant
                 * @example acme
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has begun, or was running already */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantEncryption"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no tenant of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Texts are not encrypted on this server, or were not when the rotation that runs was requested, or the import of the tenant is not finished */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_data_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant
                 * @example acme
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant has a new data key, or its rotation was running already */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantEncryption"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no tenant of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no data key, its import is not finished, or this server has no master key */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_tenant_usage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the tenant
                 * @example acme
                 */
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Numbers with their limits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantUsage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no tenant of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_type: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of it */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationTypeSettings"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has set nothing for this type */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_type: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the schema that is replaced, or `*` */
                "If-Match"?: string | null;
                /** @description `*`: only if there is none */
                "If-None-Match"?: string | null;
            };
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "schema": {
                 *         "properties": {
                 *           "order_id": {
                 *             "type": "string"
                 *           }
                 *         },
                 *         "required": [
                 *           "order_id"
                 *         ],
                 *         "type": "object"
                 *       },
                 *       "schema_strict": true
                 *     }
                 */
                "application/json": components["schemas"]["TypeRequest"];
            };
        };
        responses: {
            /** @description The schema was set */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationTypeSettings"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid type */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_type: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the schema; left out: whatever is there */
                "If-Match"?: string | null;
            };
            path: {
                /**
                 * @description The notification type
                 * @example order_shipped
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has set nothing for this type */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` is no `ETag` of a response */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description If-Match is required */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_user: {
        parameters: {
            query?: {
                /** @description The `id` of the last line that you have, of a topic or a notification */
                after?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's id of the user
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is stored, one object per line */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no data of this user */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_user_merge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's id of the user who is removed
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The merge and its progress */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserMerge"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No merge removes this user */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    merge_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's id of the user who is removed
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "into": "alice"
                 *     }
                 */
                "application/json": components["schemas"]["UserMergeRequest"];
            };
        };
        responses: {
            /** @description The merge has begun, or was running already */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserMerge"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no data of this user */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another merge that one of the two users takes part in is running */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_devices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Devices"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_device: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "app_version": "4.2.0",
                 *       "kind": "token",
                 *       "platform": "android",
                 *       "value": "fGk3token-of-a-device:APA91b"
                 *     }
                 */
                "application/json": components["schemas"]["DeviceRequest"];
            };
        };
        responses: {
            /** @description The device was already registered for this user; `last_seen` was refreshed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description The device was registered */
            201: {
                headers: {
                    /** @description URL of the device, for example to delete it */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the device */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no device with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    friend_request: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first answer and accepts nothing new */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "recipient_id": "u1",
                 *       "request_type": "friend_request",
                 *       "sender_id": "u2",
                 *       "sender_info": {
                 *         "display_name": "Jonas",
                 *         "user_id": "u2",
                 *         "username": "jonas"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FriendRequest"];
            };
        };
        responses: {
            /** @description The notifications are accepted and stored durably */
            202: {
                headers: {
                    /** @description `true` if this answer repeats that of an earlier request with the same key */
                    "Idempotency-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedForUsers"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope, the tenant is suspended (`tenant_suspended`), or its limit `max_notifications` is reached (`storage_full`) */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another request with this idempotency key is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`rate_limited`), or the limit `max_queued` of the tenant is reached (`queue_full`) */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    message_created: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first answer and accepts nothing new */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "message_content": "See you at eight",
                 *       "message_id": "m1",
                 *       "recipient_ids": [
                 *         "u1",
                 *         "u2"
                 *       ],
                 *       "room_id": "r1",
                 *       "sender_id": "u2",
                 *       "sender_info": {
                 *         "display_name": "Mara",
                 *         "user_id": "u2",
                 *         "username": "mara"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["MessageCreated"];
            };
        };
        responses: {
            /** @description The notifications are accepted and stored durably */
            202: {
                headers: {
                    /** @description `true` if this answer repeats that of an earlier request with the same key */
                    "Idempotency-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedForUsers"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope, the tenant is suspended (`tenant_suspended`), or its limit `max_notifications` is reached (`storage_full`) */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another request with this idempotency key is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`rate_limited`), or the limit `max_queued` of the tenant is reached (`queue_full`) */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    room_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first answer and accepts nothing new */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "invitee_id": "u1",
                 *       "inviter_id": "u2",
                 *       "inviter_info": {
                 *         "display_name": "Mara",
                 *         "user_id": "u2",
                 *         "username": "mara"
                 *       },
                 *       "room_id": "r1",
                 *       "room_name": "Mountain trip"
                 *     }
                 */
                "application/json": components["schemas"]["RoomInvitation"];
            };
        };
        responses: {
            /** @description The notifications are accepted and stored durably */
            202: {
                headers: {
                    /** @description `true` if this answer repeats that of an earlier request with the same key */
                    "Idempotency-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedForUsers"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope, the tenant is suspended (`tenant_suspended`), or its limit `max_notifications` is reached (`storage_full`) */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another request with this idempotency key is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`rate_limited`), or the limit `max_queued` of the tenant is reached (`queue_full`) */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_fanouts: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of fan-outs to return (default 20) */
                limit?: number;
                /** @description Only fan-outs in this state: `pending`, `running`, `done`, `cancelled` or `expired` */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FanoutPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_fanout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `fanout_id` from the answer to the send */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The fan-out and its progress */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fanout"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no fan-out with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_fanout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `fanout_id` from the answer to the send */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The fan-out is cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fanout"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no fan-out with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The fan-out has ended and there is no record of notifications to recall */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_magic_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "purpose": "settings_view"
                 *     }
                 */
                "application/json": components["schemas"]["MagicLinkRequest"];
            };
        };
        responses: {
            /** @description The link, with `deliver: return` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MagicLinkReturned"];
                };
            };
            /** @description A mail is sent if there is such a user */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MagicLinkAccepted"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope, the tenant is suspended (`tenant_suspended`), or its limit `max_notifications` is reached (`storage_full`) */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`rate_limited`), or the limit `max_queued` of the tenant is reached (`queue_full`) */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_notifications: {
        parameters: {
            query?: {
                /** @description `true` lists the archive instead of the inbox */
                archived?: boolean;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Only notifications accepted at or after this time */
                from?: string;
                /** @description Maximum number of notifications to return (default 20) */
                limit?: number;
                /** @description Only notifications of this type */
                notification_type?: string;
                /** @description Number of notifications to skip, counted from the newest */
                offset?: number;
                /** @description Full-text filter: only notifications that contain this text in title, body or content, ignoring case. Searches the newest 1,000 notifications that match the other filters, and at most 16 MiB of text */
                q?: string;
                /** @description Only notifications accepted before this time */
                to?: string;
                /** @description Only unread notifications */
                unread_only?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_notification: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first answer and accepts nothing new */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "content": {
                 *         "room_id": "r1"
                 *       },
                 *       "notification_type": "new_message",
                 *       "recipients": [
                 *         "u1",
                 *         "u2"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SendRequest"];
            };
        };
        responses: {
            /** @description The result of the dry run; nothing is stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description The notifications are accepted and stored durably */
            202: {
                headers: {
                    /** @description `true` if this answer repeats that of an earlier request with the same key */
                    "Idempotency-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope, the tenant is suspended (`tenant_suspended`), or its limit `max_notifications` is reached (`storage_full`) */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no topic with this key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another request with this idempotency key is in progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`rate_limited`), or the limit `max_queued` of the tenant is reached (`queue_full`) */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification deleted successfully",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archive_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification has this state, now or already before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification archived",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pending deliveries are cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancelled"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description All deliveries have already left or ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification has this state, now or already before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification marked as read",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    see_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification has this state, now or already before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification marked as seen",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    snooze_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "until": "2027-01-31T08:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["SnoozeRequest"];
            };
        };
        responses: {
            /** @description The notification is snoozed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification snoozed",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The timeline */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unarchive_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification has this state, now or already before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification moved back to the inbox",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unread_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification has this state, now or already before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification marked as unread",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsnooze_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the notification */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification has this state, now or already before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notification returned to the inbox",
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["InboxChange"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller has no notification with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_notifications: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters. Within a day, each item is accepted once under this key and its position */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "items": [
                 *         {
                 *           "content": {},
                 *           "notification_type": "new_message",
                 *           "recipients": [
                 *             "u1"
                 *           ],
                 *           "title": "First"
                 *         },
                 *         {
                 *           "content": {},
                 *           "notification_type": "friend_request",
                 *           "recipients": [
                 *             "u1",
                 *             "u2"
                 *           ],
                 *           "title": "Second"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            /** @description The result of each item. One that the tenant has no room for has 429 `queue_full` or 403 `storage_full` */
            207: {
                headers: {
                    /** @description `true` if every accepted item had been accepted by an earlier request */
                    "Idempotency-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResults"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_notifications: {
        parameters: {
            query?: {
                /** @description Only notifications of this type */
                notification_type?: string;
                /** @description Only unread notifications */
                unread_only?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The count */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Count"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    report_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `healthy` or `degraded` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `unhealthy` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    show_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preferences in effect */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email_notifications": false,
                 *       "notification_types": {
                 *         "friend_request": false
                 *       },
                 *       "push_notifications": true,
                 *       "quiet_hours": {
                 *         "enabled": true,
                 *         "end_time": "08:00",
                 *         "start_time": "22:00",
                 *         "timezone": "Europe/Berlin"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PreferencesRequest"];
            };
        };
        responses: {
            /** @description The effective preferences after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    next_delivery: {
        parameters: {
            query: {
                /**
                 * @description When the notification is sent, in RFC 3339 format (default: now)
                 * @example 2027-03-28T01:30:00Z
                 */
                at?: string;
                /**
                 * @description The channel
                 * @example push
                 */
                channel: string;
                /**
                 * @description The notification type (default: a type without preferences)
                 * @example new_message
                 */
                notification_type?: string;
                /**
                 * @description The priority (default `normal`). `critical` ignores quiet hours
                 * @example normal
                 */
                priority?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The time of delivery, or the reason why there is none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NextDelivery"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_all_notifications: {
        parameters: {
            query?: {
                /** @description Only notifications of this type */
                notification_type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All notifications are marked as read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "All notifications marked as read",
                     *       "success": true,
                     *       "updated_count": 3
                     *     }
                     */
                    "application/json": components["schemas"]["ReadAll"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    see_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ids": [
                 *         "0199d2f0-1c3b-7c2e-9a41-5d0c8d1f2a11"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SeeNotificationsRequest"];
            };
        };
        responses: {
            /** @description The notifications are marked as seen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Notifications marked as seen",
                     *       "success": true,
                     *       "updated_count": 1
                     *     }
                     */
                    "application/json": components["schemas"]["SeeNotifications"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream_notifications: {
        parameters: {
            query?: {
                /** @description Resume after this notification, or after the `cursor` of a `connection` event */
                since?: string;
                /** @description A ticket of `POST /api/v1/notifications/stream-ticket`, instead of a token */
                ticket?: string;
                /** @description Only notifications of these types, separated by commas; at most 64 */
                types?: string;
            };
            header?: {
                /** @description As `since`, which it overrides */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events until the stream ends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_stream_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ticket */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamTicket"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This installation issues no tickets: it has several nodes and no Redis */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_test_notification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "channels": [
                 *         "in_app"
                 *       ],
                 *       "level": "info",
                 *       "message": "Is anyone there?",
                 *       "user_id": "u1"
                 *     }
                 */
                "application/json": components["schemas"]["TestRequest"];
            };
        };
        responses: {
            /** @description The outcome of each channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestResults"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope, the tenant is suspended (`tenant_suspended`), or its limit `max_notifications` is reached (`storage_full`) */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`rate_limited`), or the limit `max_queued` of the tenant is reached (`queue_full`) */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_websocket: {
        parameters: {
            query?: {
                /** @description Resume after this notification, or after the `cursor` of a `connection` event */
                since?: string;
                /** @description A ticket of `POST /api/v1/notifications/stream-ticket`, instead of a token */
                ticket?: string;
                /** @description Only notifications of these types, separated by commas; at most 64 */
                types?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The protocol is switched to WebSocket */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is no WebSocket handshake */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_topic: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The topic
                 * @example team:7
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The topic */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topic"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no topic with this key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_subscribers: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of users to return (default 100) */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The topic
                 * @example team:7
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriberPage"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no topic with this key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The topic: 1 to 128 characters of a-z, 0-9, _, ., : and -, the first a letter or a digit
                 * @example team:7
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_ids": [
                 *         "u1",
                 *         "u2"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SubscribersRequest"];
            };
        };
        responses: {
            /** @description The users are subscribed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscribers"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid topic key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The topic
                 * @example team:7
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "user_ids": [
                 *         "u2"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SubscribersRequest"];
            };
        };
        responses: {
            /** @description The users are not subscribed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscribers"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no topic with this key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's id of the user
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no user with this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's id of the user, 1 to 128 bytes
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "attributes": {
                 *         "plan": "pro"
                 *       },
                 *       "email": "zoe@example.com",
                 *       "locale": "pt-BR",
                 *       "timezone": "Europe/Berlin"
                 *     }
                 */
                "application/json": components["schemas"]["UserRequest"];
            };
        };
        responses: {
            /** @description The user was created or replaced */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid user id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erase_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description `return=representation` asks for a receipt (RFC 7240) */
                Prefer?: string | null;
            };
            path: {
                /**
                 * @description The tenant's id of the user
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user was erased, and this is the receipt */
            200: {
                headers: {
                    /** @description `return=representation` */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureReceipt"];
                };
            };
            /** @description The user was erased */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no data of this user */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_user_addresses: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's id of the user
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAddresses"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant has no user with this id, and no address of one */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_user_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's id of the user
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "address": "U0123456789",
                 *       "channel": "slack"
                 *     }
                 */
                "application/json": components["schemas"]["UserAddressRequest"];
            };
        };
        responses: {
            /** @description The address replaces the one that the user had in this channel, or is the same */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAddress"];
                };
            };
            /** @description The address was registered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAddress"];
                };
            };
            /** @description Malformed request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not a valid user id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request body too slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Validation failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_user_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel
                 * @example slack
                 */
                channel: string;
                /**
                 * @description The tenant's id of the user
                 * @example u1
                 */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient scope */
            403: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The user has no address in this channel */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit"?: string;
                    "RateLimit-Remaining"?: string;
                    "RateLimit-Reset"?: string;
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process responds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
        };
    };
    scrape: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics in the Prometheus text format or as OpenMetrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                    "text/plain": string;
                };
            };
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process accepts requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description The process does not accept requests */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
