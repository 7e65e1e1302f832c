//! What can be done, by name.

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// What an operator does. The names are stored and shown, so they never change; new ones are added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AuditAction {
            $($(#[$doc])* $name,)*
        }

        impl AuditAction {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name in rows and answers.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

actions! {
    /// An API key is created.
    ApiKeyCreate "api_key.create",
    /// An API key is revoked.
    ApiKeyRevoke "api_key.revoke",
    /// An API key is replaced by a new one.
    ApiKeyRotate "api_key.rotate",
    /// Audit rows are removed at the end of their retention period.
    AuditRemove "audit.remove",
    /// The retention period of audit rows is set.
    AuditRetention "audit.retention",
    /// The brand is saved.
    BrandSave "brand.save",
    /// A tenant gets a new data key.
    DataKeyRotate "data_key.rotate",
    /// Dead letters are removed for good.
    DeadLetterPurge "dead_letter.purge",
    /// Dead letters are delivered again.
    DeadLetterReplay "dead_letter.replay",
    /// An ingest address is created.
    IngestCreate "ingest.create",
    /// An ingest address is revoked.
    IngestRevoke "ingest.revoke",
    /// A link that opens a page of a user without a login is handed out.
    MagicLinkCreate "magic_link.create",
    /// The tenants' data keys are encrypted with the current master key.
    MasterKeyRotate "master_key.rotate",
    /// The default preferences, mandatory types and rate rules are replaced.
    PreferenceDefaults "preferences.defaults",
    /// A provider is removed.
    ProviderRemove "provider.remove",
    /// A paused provider is called again.
    ProviderResume "provider.resume",
    /// A provider is created or replaced.
    ProviderSet "provider.set",
    /// The retention period of notifications is set.
    RetentionSet "retention.set",
    /// Addresses are added to the suppression list.
    SuppressionAdd "suppression.add",
    /// An address is removed from the suppression list.
    SuppressionRemove "suppression.remove",
    /// A draft of a template is removed.
    TemplateDraftRemove "template.draft_remove",
    /// A draft of a template is saved.
    TemplateDraftSave "template.draft_save",
    /// Drafts are published, now or later.
    TemplatePublish "template.publish",
    /// A type returns to the built-in words.
    TemplateRetire "template.retire",
    /// An earlier version is published again.
    TemplateRollBack "template.roll_back",
    /// A test notification of a type is sent.
    TemplateTest "template.test",
    /// A version that waits for its time is removed.
    TemplateUnschedule "template.unschedule",
    /// A tenant is changed.
    TenantChange "tenant.change",
    /// A tenant is created.
    TenantCreate "tenant.create",
    /// A tenant is deleted with everything that it has.
    TenantDelete "tenant.delete",
    /// All of a tenant is written to a file, to move it.
    TenantExport "tenant.export",
    /// A tenant was moved here from another database.
    TenantImport "tenant.import",
    /// What is stored of a tenant without encryption is encrypted.
    TextsEncrypt "texts.encrypt",
    /// The schema of a type is removed.
    TypeRemove "type.remove",
    /// The schema of a type is saved.
    TypeSave "type.save",
    /// A person is erased.
    UserErase "user.erase",
    /// Everything about a person is exported.
    UserExport "user.export",
    /// Two users are merged into one.
    UserMerge "user.merge",
    /// A variant becomes the template itself.
    VariantPromote "variant.promote",
    /// A draft of a variant is removed.
    VariantRemove "variant.remove",
    /// A draft of a variant is saved.
    VariantSave "variant.save",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_different_and_short() {
        let names: BTreeSet<_> = AuditAction::ALL.iter().map(|one| one.name()).collect();
        assert_eq!(names.len(), AuditAction::ALL.len());
        let fits = |name: &&str| {
            let known = |b: u8| b.is_ascii_lowercase() || matches!(b, b'_' | b'.');
            name.len() <= 64 && name.bytes().all(known)
        };
        assert!(names.iter().all(fits), "{names:?}");
    }
}
