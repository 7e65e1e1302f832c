//! What every kind of cache, signal and source of tokens must pass: one function per promise.
//!
//! A kind's tests call [`inbox_cache_contract!`](crate::inbox_cache_contract) with an async function that makes two views of one cache, as two
//! nodes have them (the same one twice where there is one process), and something to keep; and
//! [`inbox_signal_contract!`](crate::inbox_signal_contract), [`presence_contract!`](crate::presence_contract), [`stream_tickets_contract!`](crate::stream_tickets_contract) and
//! [`token_source_contract!`](crate::token_source_contract) likewise.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

pub mod inbox;
pub mod presence;
pub mod signal;
pub mod stream_tickets;
pub mod tokens;

/// Makes a test of every promise of a cache of inboxes.
#[macro_export]
macro_rules! inbox_cache_contract {
    ($make:ident) => {
        $crate::inbox_cache_contract!(@each $make inbox:
            what_is_kept_is_found_by_every_node,
            a_raise_on_one_node_voids_everywhere,
            nobody_puts_an_old_page_back,
            an_answer_ends_at_its_moment,
            asking_prolongs_an_answer,
            what_nobody_asks_for_is_forgotten,
            a_write_holds_readers_off_until_it_ends,
            writers_at_once_wait_for_each_other,
            inboxes_do_not_touch_each_other,
            what_is_kept_is_bounded,
            a_change_is_raised_though_its_caller_hangs_up,
        );
    };
    (@each $make:ident $topic:ident: $($promise:ident,)+) => {
        mod contract {
            $(#[tokio::test]
            async fn $promise() {
                let (one, other, _keep) = super::$make().await;
                $crate::contract::$topic::$promise(one, other).await;
            })+
        }
    };
}

/// Makes a test of every promise of a signal.
#[macro_export]
macro_rules! inbox_signal_contract {
    ($make:ident) => {
        $crate::inbox_signal_contract!(@each $make:
            a_change_is_heard_by_every_node_that_watches,
            only_watched_inboxes_are_heard,
            a_watch_holds_until_the_last_is_taken_back,
            a_flood_is_heard_as_one_change,
            what_was_read_is_named,
            what_is_to_be_shown_again_is_named,
            details_that_do_not_fit_are_reported,
            writes_through_the_cache_are_announced,
        );
    };
    (@each $make:ident: $($promise:ident,)+) => {
        mod signal_contract {
            $(#[tokio::test]
            async fn $promise() {
                let (one, other, _keep) = super::$make().await;
                $crate::contract::signal::$promise(one, other).await;
            })+
        }
    };
}

/// Makes a test of every promise of presence: `make` gives, for two nodes, a signal and the presence that goes with it.
#[macro_export]
macro_rules! presence_contract {
    ($make:ident) => {
        $crate::presence_contract!(@each $make:
            a_user_is_active_on_all_nodes_while_a_stream_is_open,
            users_of_the_same_name_are_distinguished,
        );
    };
    (@each $make:ident: $($promise:ident,)+) => {
        mod presence_contract {
            $(#[tokio::test]
            async fn $promise() {
                let (one, other, _keep) = super::$make().await;
                $crate::contract::presence::$promise(one, other).await;
            })+
        }
    };
}

/// Makes a test of every promise of a store of stream tickets.
#[macro_export]
macro_rules! stream_tickets_contract {
    ($make:ident) => {
        $crate::stream_tickets_contract!(@each $make:
            a_ticket_is_used_once_on_any_node,
            a_ticket_that_is_raced_for_is_used_once,
            no_other_ticket_is_good,
        );
    };
    (@each $make:ident: $($promise:ident,)+) => {
        mod stream_tickets_contract {
            $(#[tokio::test]
            async fn $promise() {
                let (one, other, _keep) = super::$make().await;
                $crate::contract::stream_tickets::$promise(one, other).await;
            })+
        }
    };
}

/// Makes a test of every promise of a source of tokens.
#[macro_export]
macro_rules! token_source_contract {
    ($make:ident) => {
        mod token_contract {
            use super::$make;

            #[tokio::test]
            async fn a_bucket_gives_its_burst_and_then_says_when() {
                let (one, other, _keep) = $make().await;
                $crate::contract::tokens::a_bucket_gives_its_burst_and_then_says_when(one, other)
                    .await;
            }

            #[tokio::test]
            async fn an_empty_bucket_leaves_the_others_full() {
                let (one, other, _keep) = $make().await;
                $crate::contract::tokens::an_empty_bucket_leaves_the_others_full(one, other).await;
            }

            #[tokio::test]
            async fn a_bucket_fills_again_and_never_overflows() {
                let (one, other, _keep) = $make().await;
                $crate::contract::tokens::a_bucket_fills_again_and_never_overflows(one, other)
                    .await;
            }

            #[tokio::test]
            async fn takers_at_once_get_no_more_than_there_is() {
                let (one, other, _keep) = $make().await;
                $crate::contract::tokens::takers_at_once_get_no_more_than_there_is(one, other)
                    .await;
            }
        }
    };
}
