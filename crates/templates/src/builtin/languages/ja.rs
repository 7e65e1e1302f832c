//! Japanese.

use super::Words;

pub(super) const WORDS: Words = Words {
    message_from_in: "{person}さんから{room}に新しいメッセージが届きました",
    message_from: "{person}さんから新しいメッセージが届きました",
    message_in: "{room}に新しいメッセージが届きました",
    message: "新しいメッセージが届きました",
    invited_by_to: "{person}さんが{room}に招待しています",
    invited_by: "{person}さんがルームに招待しています",
    invited_to: "{room}に招待されました",
    invited: "ルームに招待されました",
    friend_request_from: "{person}さんから友達リクエストが届きました",
    friend_request: "新しい友達リクエストが届きました",
    accepted_by: "{person}さんが友達リクエストを承認しました",
    accepted: "友達リクエストが承認されました",
    notification_of: "新しいお知らせ：{type}",
    notification: "お知らせ",
    open: "開く",
    email: "メール",
    why_mail: "このメールは、メールでのお知らせが有効になっているためお送りしています。",
    status_link: "お知らせ一覧へのリンク",
    settings_link: "お知らせの設定へのリンク",
    link_text: "15分以内にこのリンクをお使いください。一度だけ使えます。お心当たりがない場合は、このメールを無視してください。",
};
