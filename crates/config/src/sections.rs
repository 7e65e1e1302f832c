//! One file per section: its keys, its values, its checks.

pub(crate) mod cache;
pub(crate) mod database;
pub(crate) mod email;
pub(crate) mod fcm;
pub(crate) mod http;
pub(crate) mod jwt;
pub(crate) mod limits;
pub(crate) mod logs;
pub(crate) mod pages;
pub(crate) mod profile;
pub(crate) mod rabbitmq;
pub(crate) mod recipes;
pub(crate) mod redis;
pub(crate) mod retention;
pub(crate) mod security;
pub(crate) mod smtp;
pub(crate) mod stream;
pub(crate) mod traces;
pub(crate) mod webhook;

use crate::key::Key;

/// The sections in the order of the default file and the reference page.
const SECTIONS: &[&[Key]] = &[
    database::KEYS,
    redis::KEYS,
    cache::KEYS,
    rabbitmq::KEYS,
    jwt::KEYS,
    http::KEYS,
    pages::KEYS,
    limits::KEYS,
    stream::KEYS,
    retention::KEYS,
    security::KEYS,
    recipes::KEYS,
    profile::KEYS,
    fcm::KEYS,
    smtp::KEYS,
    email::KEYS,
    webhook::KEYS,
    logs::KEYS,
    traces::KEYS,
];

/// Lists every setting there is, section by section.
pub fn all_keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|keys| keys.iter())
}
