//! The port over a provider's account.

use std::sync::Arc;
use std::time::Duration;

use hal::{
    DeviceError, Identity, PaymentCapabilities, PaymentCode, PaymentOrder, PaymentPort, PaymentReply, RefundOrder,
    WAIT_MAX,
};
use providers::{Account, Ask, RequestError, Trial};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::tally::Tally;

/// Requests under way at once; each ends by itself within seconds.
pub const REQUESTS_MAX: usize = 8;

/// Payments through a provider over HTTPS. Requests are under way while somebody waits in [`PaymentPort::next`]; a provider
/// that is out of reach answers that nothing is known, and the port stays.
pub struct OnlinePort {
    account: Account,
    capabilities: PaymentCapabilities,
    /// Until it is dropped.
    runtime: Option<Runtime>,
    underway: JoinSet<PaymentReply>,
    tally: Arc<Tally>,
    /// Bytes that were counted, sent and received.
    counted: (u64, u64),
}

impl OnlinePort {
    /// A port over an account. Connects nowhere yet.
    ///
    /// # Errors
    /// [`DeviceError::Wire`] when the system gives no sockets.
    pub fn new(account: Account, tally: &Arc<Tally>) -> Result<OnlinePort, DeviceError> {
        let step = "setting up the connection to the payment provider";
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| DeviceError::Wire { step, cause: error.to_string() })?;
        let families = account.provider().families();
        Ok(OnlinePort {
            account,
            capabilities: PaymentCapabilities { families, refunds_parts: true, requests_max: REQUESTS_MAX },
            runtime: Some(runtime),
            underway: JoinSet::new(),
            tally: tally.clone(),
            counted: (0, 0),
        })
    }

    /// Signs a question and lets it go.
    fn put(&mut self, ask: Ask) -> Result<(), DeviceError> {
        if self.underway.len() >= REQUESTS_MAX {
            return Err(DeviceError::Refused("too many payment requests are under way: ask again"));
        }
        let prepared = self.account.prepare(ask).map_err(|error| match error {
            RequestError::Unfit(why) => DeviceError::Refused(why),
            RequestError::Signing => DeviceError::Refused("the merchant's key does not sign"),
        })?;
        let account = self.account.clone();
        let runtime = self.runtime.as_ref().expect("there until the port is dropped");
        self.underway.spawn_on(async move { account.put(prepared).await }, runtime.handle());
        Ok(())
    }

    fn count(&mut self) {
        let (sent, received) = self.account.traffic().read();
        self.tally.sent((sent - self.counted.0) as usize);
        self.tally.received((received - self.counted.1) as usize);
        self.counted = (sent, received);
    }
}

impl PaymentPort for OnlinePort {
    fn capabilities(&self) -> &PaymentCapabilities {
        &self.capabilities
    }

    fn identity(&mut self) -> Identity {
        Identity { make: self.account.provider().make().map(str::to_owned), ..Identity::default() }
    }

    fn send(&mut self, order: &PaymentOrder, code: Option<&PaymentCode>) -> Result<(), DeviceError> {
        if !self.capabilities.families.contains(&order.family) {
            return Err(DeviceError::Refused("this provider does not move payments of that kind"));
        }
        let code = code.ok_or(DeviceError::Refused("a payment code is needed: scan it"))?;
        self.put(Ask::Pay(order.clone(), code.clone()))
    }

    fn ask(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
        self.put(Ask::Query(order.clone()))
    }

    fn reverse(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
        self.put(Ask::Reverse(order.clone()))
    }

    fn refund(&mut self, order: &PaymentOrder, refund: &RefundOrder) -> Result<(), DeviceError> {
        self.put(Ask::Refund(order.clone(), refund.clone()))
    }

    fn next(&mut self, wait: Duration) -> Result<Option<PaymentReply>, DeviceError> {
        let wait = wait.min(WAIT_MAX);
        let runtime = self.runtime.as_ref().expect("there until the port is dropped");
        let underway = &mut self.underway;
        let heard = runtime.block_on(async {
            if underway.is_empty() {
                // A connection that the provider closes meanwhile is noticed here, not by the next payment.
                sleep(wait).await;
                return None;
            }
            timeout(wait, underway.join_next()).await.ok().flatten()
        });
        self.count();
        match heard {
            None => Ok(None),
            Some(Ok(reply)) => Ok(Some(reply)),
            Some(Err(error)) => {
                tracing::error!(%error, "a payment request has failed; the till asks again");
                Ok(None)
            }
        }
    }
}

impl Drop for OnlinePort {
    fn drop(&mut self) {
        self.underway.abort_all();
        // Looking up a name may take the system long, and nobody waits for it any more.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Tries an account out, for who installs it: the provider is asked about a payment that there never was. Waits up to
/// [`WHOLE_MAX`](providers::client::WHOLE_MAX), so never in a device's thread.
///
/// # Errors
/// [`DeviceError::Wire`] when the system gives no sockets.
pub fn try_out(account: &Account) -> Result<Trial, DeviceError> {
    let step = "trying the payment account out";
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| DeviceError::Wire { step, cause: error.to_string() })?;
    let trial = runtime.block_on(account.try_out());
    runtime.shutdown_background();
    Ok(trial)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Instant;

    use domain::money::{Currency, Money};
    use domain::payment::{Answer, Family};
    use hal::PaymentSays;

    use super::*;
    use crate::registry::{DeviceConfig, Driver};

    const KEY: &[u8] = include_bytes!("../../../../providers/testdata/merchant-for-tests.pem");
    const THEIRS: &[u8] = include_bytes!("../../../../providers/testdata/provider-public-for-tests.pem");

    fn order(currency: &str) -> PaymentOrder {
        PaymentOrder {
            no: "W1".into(),
            family: Family::Alipay,
            amount: Money::minor(1280),
            currency: Currency::of(currency).unwrap(),
            at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_provider_out_of_reach_says_that_nothing_is_known_and_the_port_stays() {
        let folder = std::env::temp_dir().join(format!("guitai-online-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let key = folder.join("key.pem");
        fs::write(&key, KEY).unwrap();
        fs::write(folder.join("alipay.pem"), THEIRS).unwrap();
        let device = format!(
            "[[payment]]\ndriver = \"alipay\"\napp_id = \"2014072300007148\"\nkey_file = \"{0}/key.pem\"\n\
             provider_key_file = \"{0}/alipay.pem\"\nurl = \"https://127.0.0.1:1/gateway.do\"\n",
            folder.display()
        );
        let config = DeviceConfig::from_toml(&device).unwrap();
        let tally = Arc::new(Tally::default());
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        let Err(DeviceError::Opening { cause, .. }) = config.payment[0].open(&tally) else {
            panic!("everybody may read the key")
        };
        assert!(cause.contains("chmod 600"), "{cause}");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let mut port = config.payment[0].open(&tally).unwrap();
        fs::remove_dir_all(&folder).unwrap();

        let code = PaymentCode::new("281234567890123456");
        assert!(matches!(port.send(&order("EUR"), Some(&code)), Err(DeviceError::Refused(_))));
        assert!(matches!(port.send(&order("CNY"), None), Err(DeviceError::Refused(_))));
        for _ in 0..REQUESTS_MAX {
            port.send(&order("CNY"), Some(&code)).unwrap();
        }
        assert!(matches!(port.ask(&order("CNY")), Err(DeviceError::Refused(_))), "there is a limit");
        let unknown = PaymentReply { order_no: "W1".into(), says: PaymentSays::Payment(Answer::Unknown) };
        let until = Instant::now() + Duration::from_secs(20);
        let mut heard = 0;
        while heard < REQUESTS_MAX && Instant::now() < until {
            if let Some(reply) = port.next(WAIT_MAX).unwrap() {
                assert_eq!(reply, unknown);
                heard += 1;
            }
        }
        assert_eq!(heard, REQUESTS_MAX);
        assert_eq!(port.next(Duration::ZERO), Ok(None));
        port.ask(&order("CNY")).unwrap();
        assert!(tally.read().bytes_out > 0);
    }

    #[test]
    fn payments_through_the_platform_need_an_enrolment_and_no_keys() {
        let text = "[[payment]]\ndriver = \"platform\"\nfamilies = [\"wechat\", \"alipay\"]\n";
        let config = DeviceConfig::from_toml(text).unwrap().with_platform(None);
        assert!(config.asks_platform());
        assert_eq!(config.payment[0].families(), [Family::WeChat, Family::Alipay]);
        let Err(DeviceError::Opening { cause, .. }) = config.payment[0].open(&Arc::new(Tally::default())) else {
            panic!("nobody knows the platform")
        };
        assert!(cause.contains("enrol it"), "{cause}");
        for wrong in ["token = \"x\"", "url = \"https://platform.example\""] {
            assert!(DeviceConfig::from_toml(&format!("{text}{wrong}\n")).is_err(), "{wrong} is not for a file");
        }
        let error = DeviceConfig::from_toml(&text.replace("alipay", "terminal")).unwrap_err().to_string();
        assert!(error.contains("wechat, alipay and unionpay"), "{error}");
    }

    #[test]
    fn a_wrong_account_is_refused_in_words() {
        let check = |change: &str, words: &str| {
            let good = "driver = \"wechat\"\nmch_id = \"1\"\napp_id = \"wx1\"\nserial = \"AA\"\nkey_file = \"k\"\n";
            let text = format!("[[payment]]\n{good}{change}\n");
            let error = DeviceConfig::from_toml(&text).expect_err(change).to_string();
            assert!(error.contains(words), "{error}");
        };
        let keys = "provider_keys = [{ file = \"p\" }]\n";
        check("provider_keys = []", "1 to 4 keys");
        check(&format!("{keys}url = \"http://api.example\""), "https://");
        check(&format!("{keys}device_ip = \"till\""), "192.168.1.20");
        check(&format!("{keys}subject = \"\""), "1 to 40");
        check(&format!("{keys}secret = \"x\""), "secret");
        check("", "provider_keys");
    }
}
