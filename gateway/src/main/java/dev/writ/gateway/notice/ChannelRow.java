package dev.writ.gateway.notice;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.GovernedRow;
import dev.writ.gateway.auditing.SealedSecret;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/** A channel as the database has it: its address is nowhere else. */
@Entity
@Table(name = "notification_channel")
class ChannelRow extends GovernedRow {

    @Id
    String id = "";

    String sealed = "";

    /** Whether this row is what the channel's entry says; the row names that entry, which {@link #follows} has compared. */
    boolean says(Channel channel) {
        return id.equals(channel.id()) && SealedSecret.of(sealed).digest().equals(channel.sealed());
    }

    static RowChange added(String id, SealedSecret sealed) {
        return new RowChange(
                "INSERT INTO writ.notification_channel (id, sealed, entry_index, entry_hash) VALUES ($3, $4, $1, $2)",
                List.of(id, sealed.text()));
    }

    /** Forgets where it led to. */
    static RowChange removed(Channel channel) {
        return new RowChange(
                "UPDATE writ.notification_channel SET sealed = '', entry_index = $1, entry_hash = $2 WHERE id = $3",
                List.of(channel.id()));
    }
}
