"""The emulated AWS account: ministack with the few behaviours of AWS that it lacks."""
