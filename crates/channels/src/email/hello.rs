//! What we are called in EHLO: what the account says, else the machine's name where a relay may look it up,
//! else the address that the connection comes from (RFC 5321, section 4.1.1.1).

use std::fs;
use std::net::SocketAddr;
use std::sync::OnceLock;

use campanile_domain::HeloName;

/// The name for a connection from this address.
pub(super) fn name(set: Option<&HeloName>, from: SocketAddr) -> HeloName {
    static MACHINE: OnceLock<Option<HeloName>> = OnceLock::new();
    set.or_else(|| MACHINE.get_or_init(machine).as_ref())
        .cloned()
        .unwrap_or_else(|| HeloName::of_address(from.ip()))
}

/// The machine's own name. Where it has no domain, the one of its line in the table of hosts.
fn machine() -> Option<HeloName> {
    let name = hostname::get().ok()?.into_string().ok()?;
    HeloName::of_machine(&name).or_else(|| {
        let hosts = fs::read_to_string("/etc/hosts").ok()?;
        in_hosts(&hosts, &name)
    })
}

/// The first name of a line is the machine's full one (hosts(5)).
fn in_hosts(hosts: &str, name: &str) -> Option<HeloName> {
    hosts.lines().find_map(|line| {
        let line = line.split('#').next()?;
        let names: Vec<&str> = line.split_whitespace().skip(1).collect();
        let is_own = names.iter().any(|one| one.eq_ignore_ascii_case(name));
        HeloName::of_machine(names.first()?).filter(|_| is_own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_said_and_an_address_is_always_there() {
        let set = HeloName::parse("mail.example.com").expect("a name");
        let from = "192.0.2.1:40000".parse().expect("an address");
        assert_eq!(name(Some(&set), from), set);
        let usual = name(None, from);
        assert_eq!(HeloName::parse(usual.as_str()), Ok(usual));
    }

    #[test]
    fn the_table_of_hosts_knows_the_whole_name() {
        let hosts = "127.0.0.1 localhost # web-1.example.org web-1\n\
                     127.0.1.1\tweb-1.example.org web-1\n10.0.0.9 db.example.org db\n";
        let found = |name| in_hosts(hosts, name).map(|name| name.to_string());
        assert_eq!(found("web-1").as_deref(), Some("web-1.example.org"));
        assert_eq!(found("db").as_deref(), Some("db.example.org"));
        assert_eq!(found("localhost"), None);
        assert_eq!(found("other"), None);
    }
}
