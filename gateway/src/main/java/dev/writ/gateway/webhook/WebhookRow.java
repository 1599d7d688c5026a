package dev.writ.gateway.webhook;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.GovernedRow;
import dev.writ.gateway.auditing.SealedSecret;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/** A webhook as the database has it: its secret is nowhere else. */
@Entity
@Table(name = "webhook")
class WebhookRow extends GovernedRow {

    @Id
    String agent = "";

    String url = "";

    @Column(name = "allow_private")
    boolean allowPrivate;

    String secret = "";

    /** Whether this row is what the webhook's entry says; the row names that entry, which {@link #follows} has compared. */
    boolean says(Webhook webhook) {
        return url.equals(webhook.target().url().toString())
                && allowPrivate == webhook.target().allowPrivate()
                && SealedSecret.of(secret).digest().equals(webhook.secret());
    }

    static RowChange set(String agent, Target target, SealedSecret secret) {
        return new RowChange(
                "INSERT INTO writ.webhook (agent, url, allow_private, secret, entry_index, entry_hash)"
                        + " VALUES ($3, $4, $5, $6, $1, $2)"
                        + " ON CONFLICT (agent) DO UPDATE SET url = EXCLUDED.url, allow_private = EXCLUDED.allow_private,"
                        + " secret = EXCLUDED.secret, entry_index = EXCLUDED.entry_index,"
                        + " entry_hash = EXCLUDED.entry_hash",
                List.of(agent, target.url().toString(), target.allowPrivate(), secret.text()));
    }

    /** Forgets everything but that there was one. */
    static RowChange forgotten(String agent) {
        return new RowChange(
                "UPDATE writ.webhook SET url = '', allow_private = false, secret = '', entry_index = $1, entry_hash = $2"
                        + " WHERE agent = $3",
                List.of(agent));
    }

    /** Keeps the agent and forgets the rest, the secret above all; not that of a later webhook. */
    static RowChange removed(Webhook webhook) {
        return new RowChange(
                "UPDATE writ.webhook SET url = '', allow_private = false, secret = '', entry_index = $1, entry_hash = $2"
                        + " WHERE agent = $3 AND entry_index = $4",
                List.of(webhook.agent(), webhook.index()));
    }
}
