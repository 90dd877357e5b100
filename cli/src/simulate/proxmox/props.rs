//! Property strings, `virtio=BC:24:11:00:00:01,bridge=vmbr0`, and sizes, `8G`: read and written as a node does.
//!
//! What stands without a name comes first and belongs to the default key; the other keys are sorted when they are
//! written.

/// A property string: the value of the default key, and the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Props {
    pub head: String,
    pub keys: Vec<(String, String)>,
}

impl Props {
    /// Reads a text whose default key may be written in full as one of these names.
    pub fn read(text: &str, default: &[&str]) -> Props {
        let mut props = Props::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some((key, value)) if default.contains(&key) => props.head = value.to_owned(),
                Some((key, value)) => props.set(key, value),
                None => props.head = part.to_owned(),
            }
        }
        props
    }

    /// The disk or the cd drive that an option of a guest describes.
    pub fn drive(text: &str) -> Props {
        Props::read(text, &["file", "volume"])
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        self.keys.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.keys.retain(|(name, _)| name != key);
        self.keys.push((key.to_owned(), value.to_owned()));
    }

    pub fn remove(&mut self, key: &str) -> Option<String> {
        let found = self.get(key).map(str::to_owned);
        self.keys.retain(|(name, _)| name != key);
        found
    }

    pub fn write(&self) -> String {
        let mut keys = self.keys.clone();
        keys.sort();
        let head = (!self.head.is_empty()).then(|| self.head.clone());
        let parts = keys.iter().map(|(key, value)| format!("{key}={value}"));
        head.into_iter().chain(parts).collect::<Vec<_>>().join(",")
    }

    /// A cd drive has no volume that grows, moves or is cloned.
    pub fn is_cdrom(&self) -> bool {
        self.get("media") == Some("cdrom")
    }

    /// The drive with the data of cloud-init, which each guest gets made anew.
    pub fn is_cloudinit(&self) -> bool {
        self.head.ends_with(":cloudinit") || self.head.contains("-cloudinit")
    }
}

/// The models of network cards: in `virtio=MAC` the model is the name of the address.
pub const MODELS: [&str; 12] = [
    "virtio",
    "e1000",
    "e1000-82540em",
    "e1000-82544gc",
    "e1000-82545em",
    "e1000e",
    "i82551",
    "i82557b",
    "i82559er",
    "ne2k_isa",
    "pcnet",
    "rtl8139",
];

/// A card of a virtual machine in one form, with an address made up if it has none.
pub fn card(text: &str, address: impl FnOnce() -> String) -> String {
    let mut props = Props::read(text, &[]);
    let named = MODELS.iter().find_map(|model| Some(((*model).to_owned(), props.remove(model)?)));
    let (model, given) = match named {
        Some((model, address)) => (model, Some(address)),
        None if !props.head.is_empty() => (props.head.clone(), props.remove("macaddr")),
        None => (props.remove("model").unwrap_or_else(|| "e1000".to_owned()), props.remove("macaddr")),
    };
    let address = given.map_or_else(address, |given| given.to_uppercase());
    props.head = format!("{model}={address}");
    props.write()
}

/// A card of a container in one form.
pub fn container_card(text: &str, address: impl FnOnce() -> String) -> String {
    let mut props = Props::read(text, &[]);
    let given = props.remove("hwaddr").map_or_else(address, |given| given.to_uppercase());
    props.set("hwaddr", &given);
    if props.get("type").is_none() {
        props.set("type", "veth");
    }
    // The name is the default key, yet written in full.
    let name = props.remove("name").unwrap_or_default();
    props.head = format!("name={name}");
    props.write()
}

/// `8G`, `512M`, `1.5T` or bytes.
pub fn size(text: &str) -> Option<u64> {
    let (digits, factor) = match text.chars().last()? {
        'K' => (text.get(..text.len() - 1)?, 1_u64 << 10),
        'M' => (text.get(..text.len() - 1)?, 1 << 20),
        'G' => (text.get(..text.len() - 1)?, 1 << 30),
        'T' => (text.get(..text.len() - 1)?, 1 << 40),
        _ => (text, 1),
    };
    let number: f64 = digits.parse().ok()?;
    (number >= 0.0).then_some((number * factor as f64) as u64)
}

/// The largest unit that divides it.
pub fn print_size(bytes: u64) -> String {
    let units = [("T", 1_u64 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)];
    let fits = units.iter().find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor));
    fits.map_or_else(|| bytes.to_string(), |(unit, factor)| format!("{}{unit}", bytes / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_behind_the_default_one() {
        let mut props = Props::drive("local-lvm:vm-1-disk-0,ssd=1,discard=on");
        props.set("size", "8G");
        assert_eq!(props.write(), "local-lvm:vm-1-disk-0,discard=on,size=8G,ssd=1");
        assert_eq!(Props::drive("media=cdrom,file=none").write(), "none,media=cdrom");
    }

    #[test]
    fn cards_get_an_address_and_keep_the_one_they_have() {
        let made = || "BC:24:11:00:00:01".to_owned();
        assert_eq!(card("virtio,tag=20,bridge=vmbr0", made), "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20");
        assert_eq!(card("bridge=vmbr0,e1000=aa:bb:cc:dd:ee:ff", made), "e1000=AA:BB:CC:DD:EE:FF,bridge=vmbr0");
        assert_eq!(card("model=virtio,macaddr=aa:bb:cc:dd:ee:ff", made), "virtio=AA:BB:CC:DD:EE:FF");
        let net = container_card("name=eth0,ip=dhcp,bridge=vmbr0", made);
        assert_eq!(net, "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth");
    }

    #[test]
    fn sizes_are_written_in_the_largest_unit_that_divides_them() {
        for text in ["8G", "8704M", "4M", "528K", "1T", "1000"] {
            assert_eq!(print_size(size(text).unwrap()), text);
        }
        assert_eq!(print_size(size("8.5G").unwrap()), "8704M");
        assert_eq!(size("x"), None);
        assert_eq!(size("G"), None);
    }
}
