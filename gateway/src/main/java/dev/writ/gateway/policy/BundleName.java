package dev.writ.gateway.policy;

import dev.writ.rules.PolicyBundle;

/** What people call a bundle: together, for ever, one digest. */
record BundleName(String name, String version) {

    static BundleName of(PolicyBundle bundle) {
        return new BundleName(bundle.name(), bundle.version());
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
