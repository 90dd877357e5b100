//! The objects that the services make, with what they hold.

use crate::base::diag::Diag;
use crate::build::{BuildOptions, MAIN, each_object};
use crate::data::gather::Gather;
use crate::data::tree::Data;
use crate::eval::fault::Fault;
use crate::output::manifests::Manifests;
use crate::session::Session;
use crate::value::value::Value;

/// An object, and the names that lead to it.
#[derive(Debug, Clone)]
pub struct Object {
    pub env: String,
    pub tier: String,
    pub service: String,
    pub kind: String,
    pub name: String,
    pub data: Data,
    /// The value itself, which knows where it comes from if the session remembers.
    pub value: Value,
}

impl Object {
    pub fn namespace(&self) -> Option<&str> {
        match self.data.get("metadata")?.get("namespace")? {
            Data::Str(text) => Some(text),
            _ => None,
        }
    }

    /// `apps/sonarr`
    pub fn home(&self) -> String {
        format!("{}/{}", self.tier, self.service)
    }

    /// `Deployment/sonarr`
    pub fn handle(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

/// The objects of environments; of all, if none is named. What a build would refuse is refused here too.
pub fn objects(session: &mut Session, envs: &[String]) -> Result<Vec<Object>, Vec<Diag>> {
    let options = BuildOptions { envs: envs.to_vec(), only: Vec::new() };
    session.with_file(MAIN, &[], |vm, value| {
        let (mut found, mut files) = (Vec::new(), Manifests::new(MAIN));
        each_object(vm, &value, &options, &mut |vm, made| {
            let (mut gather, value) = (Gather::new(), Value::Record(made.object.clone()));
            vm.export(&value, &mut gather)?;
            files.add(made.origin(), made.kind, made.name, "").map_err(Fault::new)?;
            found.push(Object {
                env: made.env.to_owned(),
                tier: made.tier.to_owned(),
                service: made.service.to_owned(),
                kind: made.kind.to_owned(),
                name: made.name.to_owned(),
                data: gather.finish(),
                value,
            });
            Ok(())
        })?;
        Ok(found)
    })
}
