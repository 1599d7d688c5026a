package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;

/**
 * What every {@link AuditLog} and its {@link AuditReader} promise. An implementation's test extends this class and says in the
 * methods of {@link LogUnderTest} where its log is.
 */
public abstract class AuditLogContract
        implements DurabilityContract,
                KeysContract,
                SettlingContract,
                IsolationContract,
                TailContract,
                RowsContract,
                InputsContract,
                FindingContract {

    @AfterEach
    void wholeLogVerifies() {
        Checkpoint head = await(reader().checkpoint());
        assertThat(verify()).isEqualTo(new VerifyResult.Intact(head.size(), head));
    }
}
