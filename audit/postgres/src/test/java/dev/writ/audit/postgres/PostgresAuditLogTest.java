package dev.writ.audit.postgres;

import dev.writ.audit.AppliedRow;
import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditLogContract;
import dev.writ.audit.AuditReader;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.RowChange;
import dev.writ.audit.VerifyResult;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresAuditLogTest extends AuditLogContract {

    @RegisterExtension
    private final TestLog log = new TestLog();

    @Override
    public AuditLog log() {
        return log.log();
    }

    @Override
    public AuditReader reader() {
        return log.reader();
    }

    @Override
    public LogVerifierKey verifierKey() {
        return log.verifierKey();
    }

    @Override
    public RowChange rowLabelled(String label) {
        return TestLog.rowLabelled(label);
    }

    @Override
    public List<AppliedRow> rows() {
        return log.rows();
    }

    @Override
    public void destroySubjectKey(String id) {
        log.destroySubjectKey(id);
    }

    @Override
    public VerifyResult verify() {
        return log.verify();
    }
}
