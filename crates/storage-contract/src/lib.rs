//! What every back end must pass: one function per promise, by topic.
//!
//! A back end's tests call [`storage_contract!`](crate::storage_contract) with a function that
//! makes an empty, migrated storage; each promise becomes a test of its own there. A promise added
//! here is added to the macro's list below, or the compiler says that it is never used.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

pub mod accept;
pub mod account_pauses;
pub mod account_troubles;
pub mod address_book;
pub mod api_keys;
pub mod audit;
pub mod cancel;
pub mod closed_values;
pub mod dead_letters;
pub mod dispatch;
pub mod fanouts;
pub mod fixture;
pub mod idempotency;
pub mod inbox;
pub mod inbox_updates;
pub mod inbox_writes;
pub mod ingest;
pub mod key_rotations;
pub mod link_keys;
pub mod lost_addresses;
pub mod maintenance;
pub mod moving;
pub mod notification;
pub mod preferences;
pub mod providers;
pub mod rate_rules;
pub mod reactions;
pub mod reading;
pub mod record;
pub mod relay;
pub mod release_window;
pub mod reschedules;
pub mod resealed_addresses;
pub mod retention;
pub mod schedule;
pub mod sealed_addresses;
pub mod sealing;
pub mod suppressions;
pub mod templates;
pub mod tenants;
pub mod timeline;
pub mod topics;
pub mod traces;
pub mod user_addresses;
pub mod user_merges;
pub mod user_records;
pub mod variants;
pub mod variants_kept;
pub mod withdrawal;
pub mod worker_reports;

/// Makes a test of every promise: `storage_contract!(make)`, where `make` is an async function that
/// gives an `Arc<dyn Storage>` and something to keep until the test ends.
#[macro_export]
macro_rules! storage_contract {
    ($make:ident) => {
        $crate::storage_contract!(@topics $make;
            traces: the_span_of_a_request_goes_along_to_the_call;
            accept: every_field_comes_back, a_batch_is_all_or_nothing, many_recipients_share_outbox_rows,
                an_empty_batch_is_nothing, what_was_accepted_is_known_to_its_tenant_only;
            worker_reports: what_the_living_say_and_all_have_sent,
                old_hours_are_forgotten_save_the_last_success;
            audit: an_act_leaves_a_row, an_act_that_fails_or_changes_nothing_leaves_no_row,
                who_may_call_is_changed_with_a_row,
                acts_at_once_are_one_chain, rows_are_listed_and_filtered, what_retention_leaves_is_verifiable;
            suppressions: entries_are_added_listed_and_removed, a_listed_address_gets_nothing,
                what_waits_finds_its_address_on_the_list, a_hard_bounce_is_listed_and_lifted,
                what_was_taken_off_stays_off;
            key_rotations: what_a_former_key_has_sealed_is_sealed_again, a_merge_is_followed_by_another_pass,
                a_long_suppression_list_is_sealed_again, the_former_key_of_a_tenant_with_deliveries_goes,
                a_rotation_that_runs_is_given_as_it_stands, a_change_meanwhile_wins, a_tenant_without_a_key_gets_one;
            link_keys: a_tenant_has_one_link_key;
            account_pauses: what_is_paused_is_reported_until_it_is_resumed, a_name_is_resumed_for_every_channel;
            account_troubles: what_is_reported_later_replaces_what_was, a_dead_workers_words_do_not_count;
            address_book: a_user_is_put_got_and_replaced, a_mail_address_that_is_gone_is_used_again_once_it_is_named_again,
                a_device_is_refreshed_and_moves_to_another_user, the_oldest_device_makes_way,
                a_device_is_removed_by_its_owner_only, an_erased_person_leaves_nothing,
                the_dead_letters_of_an_erased_person_go,
                plans_go_to_the_addresses_of_users, an_address_that_is_gone_leaves_the_book,
                a_push_tells_its_platform, a_browser_is_reached_by_web_push, an_apple_device_is_gone_since_a_moment, how_many_read_is_known_at_once, an_address_refreshed_since_stays,
                users_are_found_by_their_address, a_link_is_used_once;
            user_addresses: an_address_is_put_listed_and_removed, plans_go_to_the_users_address,
                a_replaced_address_gets_nothing_more, an_address_that_is_gone_is_not_used;
            api_keys: a_key_comes_back_as_it_was_put, keys_are_listed_in_pages, a_revoked_key_stays_revoked,
                a_tenant_has_so_many_keys, a_key_takes_over_from_another, a_handover_makes_no_key_live_longer,
                the_last_use_is_kept, keys_that_ended_long_ago_are_forgotten;
            lost_addresses: what_is_in_the_queue_tells_that_its_address_is_lost,
                what_falls_due_does_not_go_to_a_lost_address,
                other_addresses_take_the_place_of_a_lost_one,
                what_a_provider_refused_goes_to_the_users_other_addresses;
            cancel: what_is_in_the_queue_is_stopped, what_is_for_later_never_appears,
                what_falls_due_while_it_is_cancelled_calls_nobody,
                what_is_not_planned_yet_is_planned_as_cancelled, a_retry_that_waits_is_stopped,
                what_has_left_is_not_stopped, a_plan_made_while_it_is_cancelled_calls_nobody;
            idempotency: the_same_request_is_replayed, another_request_under_the_key_is_refused,
                one_batch_may_bear_a_key_twice, a_key_belongs_to_its_tenant,
                keys_raced_for_are_won_once, an_earlier_answer_is_found_for_its_request_only,
                a_key_is_forgotten_when_its_time_is_over;
            schedule: what_is_for_later_waits_for_its_moment, a_retry_becomes_a_new_dispatch,
                a_retry_past_its_deadline_expires, a_retry_of_a_closed_delivery_is_dropped,
                release_takes_turns_among_tenants, what_was_deferred_is_brought_forward;
            release_window: much_that_is_due_blocks_nothing_critical, what_is_urgent_needs_no_room;
            relay: a_plan_makes_deliveries_and_dispatches, a_turn_is_fair_among_tenants,
                a_turn_is_bounded_by_notifications, a_recent_turn_takes_what_came_lately,
                a_recent_turn_is_fair_and_bounded, a_plan_names_the_inboxes_that_show_it,
                urgent_lanes_go_first, a_full_window_makes_a_tenant_wait,
                dispatches_are_no_larger_than_asked,
                relays_at_once_plan_everything_once, nothing_to_plan_is_no_work;
            dead_letters: what_dies_is_listed_to_its_tenant, pages_and_filters_agree,
                a_replayed_one_has_the_whole_ladder_again, what_is_purged_stays_dead,
                replays_at_once_revive_each_once, messages_are_buried_once,
                buried_messages_are_purged_and_never_replayed;
            dispatch: a_job_carries_what_a_sender_needs, an_older_epoch_is_void,
                a_held_dispatch_rings_only_when_its_worker_is_silent,
                what_a_worker_lets_go_of_is_nobodys, what_is_rung_again_is_due_then,
                all_ring_at_a_new_start, sweepers_at_once_take_each_once;
            variants: a_comparison_begins_goes_on_and_ends, a_variant_is_saved_replaced_and_removed,
                what_becomes_of_variants_is_counted, versions_are_bounded_in_bytes;
            variants_kept: what_was_stopped_stays_stopped_in_later_versions,
                a_scheduled_version_begins_its_own_comparison, no_revision_of_a_variant_is_used_twice,
                a_promotion_counts_the_bytes_that_are_left, what_never_appears_is_not_counted,
                what_a_closed_fanout_marks_as_read_is_counted, a_plan_names_the_variants_that_failed;
            reactions: the_first_reaction_of_each_kind_is_kept, reactions_to_other_words_are_not_counted,
                of_reactions_at_once_one_is_the_first;
            record: a_success_ends_delivery_and_dispatch, attempts_are_appended_in_order,
                a_final_state_is_never_reopened, starts_are_counted_and_cleared,
                a_recorded_delivery_is_not_loaded_again,
                a_delivery_that_waits_for_its_next_try_is_not_loaded,
                a_deferred_delivery_waits_without_an_attempt, each_deferral_is_reported_up_to_a_bound,
                results_of_several_tenants_are_recorded_at_once,
                what_is_held_back_stays_as_suspect_as_it_was, an_unclear_attempt_names_its_account;
            providers: accounts_are_put_listed_replaced_and_removed, a_tenant_has_one_key,
                deliverers_see_every_tenants_accounts, of_changes_at_once_one_is_outdated,
                what_is_failed_over_to_stays;
            preferences: choices_are_put_and_replaced, a_push_is_suppressed_while_its_user_is_looking, what_is_switched_off_is_suppressed,
                quiet_hours_hold_back_until_the_morning, a_deadline_in_the_night_expires_on_time,
                a_retry_that_falls_due_at_night_waits,
                a_retry_of_what_does_not_disturb_leaves_at_night,
                what_waits_is_looked_at_when_its_user_chooses_anew,
                what_waits_is_looked_at_when_its_user_moves,
                what_waits_is_cancelled_when_it_is_read, an_erased_persons_choices_go;
            reschedules: what_waits_is_looked_at_when_its_tenant_chooses_anew,
                a_look_that_breaks_off_is_found_and_finished,
                a_look_that_fails_is_put_off, each_step_of_a_look_has_its_time;
            rate_rules: what_equals_the_last_is_held_back, of_equal_ones_in_a_turn_one_passes,
                turns_at_once_let_one_of_equal_ones_pass, what_is_too_much_of_a_type_is_held_back,
                what_rules_do_not_bind_leaves_no_mark, marks_are_kept_while_they_say_something,
                an_erased_persons_marks_go;
            inbox: pages_go_from_new_to_old, a_cursor_continues_where_the_page_ended,
                filters_narrow_page_and_count_alike, users_and_tenants_see_their_own,
                only_in_app_is_in_the_inbox, delivery_states_come_along,
                a_search_finds_what_is_said, a_search_opens_the_newest_thousand,
                pages_are_bounded_by_bytes,
                a_search_opens_so_many_bytes,
                what_will_change_by_itself_is_known;
            inbox_updates: what_came_later_is_found_but_what_is_known, many_inboxes_are_read_at_once,
                what_an_inbox_shows_by_itself_is_found,
                what_an_inbox_shows_by_itself_is_found_in_pages, what_was_read_lately_is_listed,
                numbers_are_given_to_those_who_ask,
                answers_are_bounded_by_bytes;
            inbox_writes: marks_are_set_once_and_taken_back, archived_ones_are_listed_apart,
                a_snoozed_one_returns_by_itself, a_deleted_one_is_gone,
                nobody_changes_what_is_not_in_their_inbox, many_are_seen_in_one_transaction,
                read_all_is_complete_and_marks_nothing_else, read_all_leaves_what_arrives_meanwhile;
            withdrawal: what_is_in_the_queue_is_cancelled, what_is_deleted_is_not_delivered,
                a_retry_that_waits_is_cancelled,
                what_was_read_before_its_plan_is_planned_as_cancelled,
                a_replayed_one_that_was_read_is_cancelled_when_it_is_due,
                a_call_under_way_is_not_recalled, a_plan_made_while_it_is_read_calls_nobody,
                a_read_all_and_a_record_pass_each_other;
            ingest: an_address_is_found_by_its_key, a_revoked_address_takes_nothing,
                a_tenant_has_so_many_addresses, an_erased_person_is_in_no_address,
                a_group_is_kept_until_it_is_over;
            topics: subscribers_are_counted_exactly, a_topic_is_made_by_its_first_subscriber,
                a_topic_belongs_to_its_tenant, subscribers_come_in_pages,
                calls_at_once_count_each_user_once, an_erased_person_is_subscribed_to_nothing;
            fanouts: each_subscriber_is_notified_once, each_subscriber_sees_their_own_words,
                whole_steps_and_empty_topics_end_too,
                an_unknown_topic_is_reported, a_fanout_belongs_to_its_tenant,
                who_comes_later_or_leaves_is_passed_over, steppers_at_once_tell_each_user_once,
                a_step_that_breaks_off_doubles_nobody, a_key_is_good_for_one_request,
                keys_raced_for_start_one, a_cancelled_one_goes_no_further,
                what_is_over_and_made_nothing_stays_so, it_waits_for_its_time,
                a_deadline_ends_it, tenants_and_their_fanouts_take_turns, urgent_topics_go_first,
                a_backlog_holds_it, so_many_are_open_at_a_time, an_erased_person_is_not_notified,
                depth_tells_how_much_waits, what_is_over_is_forgotten,
                they_are_listed_from_new_to_old,
                what_was_made_is_recalled, one_that_is_done_is_recalled_too,
                cancelling_again_changes_nothing, nothing_else_is_recalled,
                a_plan_made_meanwhile_calls_nobody, what_is_closed_is_read,
                a_recall_that_breaks_off_goes_on,
                recallers_at_once_take_each_once, recalls_take_turns,
                what_is_forgotten_is_not_recalled,
                a_merge_waits_for_a_fanout_between_the_two;
            notification: one_is_found_by_its_tenant_and_its_user, a_deleted_one_is_not_found;
            timeline: it_tells_everything_and_only_to_its_tenant;
            user_merges: everything_of_the_one_becomes_the_others, what_the_kept_user_has_stays,
                a_delivery_that_waits_goes_to_the_kept_user, a_merge_goes_on_where_it_was,
                what_cannot_be_merged_is_refused;
            user_records: notifications_of_a_user_are_read_in_pages, topics_of_a_user_are_read_in_pages,
                what_no_inbox_shows_is_found;
            retention: what_is_past_its_term_goes_with_all_that_hangs_on_it,
                a_shorter_term_is_its_tenants_alone, a_longer_term_keeps, what_is_pending_stays,
                steps_go_on_behind_what_stays, runs_at_once_remove_each_row_once,
                a_term_is_set_and_cleared;
            templates: a_draft_is_saved_replaced_and_removed, of_two_editors_at_once_one_is_refused,
                a_version_never_changes, what_was_not_checked_is_not_published,
                a_roll_back_is_a_new_version, a_scheduled_version_waits_for_its_time,
                what_is_shared_makes_new_versions_of_all_in_use, a_schema_is_set_and_removed,
                what_is_in_use_is_found_for_many_tenants_at_once, old_versions_are_forgotten,
                a_scheduled_version_does_not_undo_a_newer_one,
                due_versions_take_turns_and_those_that_fail_wait, no_revision_of_a_draft_is_used_twice,
                drafts_are_bounded_together, a_type_is_retired_and_brought_back;
            tenants: a_tenant_is_created_once, several_tenants_are_found_at_once, a_tenant_is_created_with_its_ladder, a_ladder_is_set_and_cleared,
                what_a_tenant_sets_about_texts_is_kept, a_change_leaves_what_it_does_not_name,
                what_waits_and_what_is_stored_is_counted,
                tenants_are_listed_in_pages, what_waits_for_a_suspended_tenant_waits_on,
                what_the_queue_lost_of_a_suspended_tenant_waits_on, a_removed_tenant_leaves_nothing;
            moving: every_column_comes_back_as_it_was_written, what_a_tenant_has_is_read_whole, a_batch_is_stored_once,
                a_tenant_is_resumed_when_its_import_is_finished, the_first_frame_makes_room;
            maintenance: depth_counts_what_waits, workers_come_and_go, a_ping_answers,
                partitions_ahead_are_made_any_number_of_times, what_has_grown_is_analyzed_once;
        );
    };
    (@topics $make:ident; $($topic:ident: $($promise:ident),+;)+) => {
        $(mod $topic {
            $(#[tokio::test]
            async fn $promise() {
                let (storage, _keep) = super::$make().await;
                $crate::$topic::$promise(storage).await;
            })+
        })+
    };
}
