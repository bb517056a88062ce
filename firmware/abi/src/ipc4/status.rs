//! Status codes, bits 23:0 of a reply.

codes! {
    /// Outcome of a request.
    pub enum Status: u32 {
        Success = 0 => "SUCCESS",
        InvalidParam = 1 => "ERROR_INVALID_PARAM",
        UnknownMessageType = 2 => "UNKNOWN_MESSAGE_TYPE",
        OutOfMemory = 3 => "OUT_OF_MEMORY",
        Busy = 4 => "BUSY",
        BadState = 5 => "BAD_STATE",
        Failure = 6 => "FAILURE",
        InvalidRequest = 7 => "INVALID_REQUEST",
        InvalidResourceId = 9 => "INVALID_RESOURCE_ID",
        ResourceIdExists = 10 => "RESOURCE_ID_EXISTS",
        InvalidResourceState = 12 => "INVALID_RESOURCE_STATE",
        PowerTransitionFailed = 13 => "POWER_TRANSITION_FAILED",
        InvalidManifest = 14 => "INVALID_MANIFEST",
        Unavailable = 15 => "UNAVAILABLE",
        LoadAddressOutOfRange = 42 => "LOAD_ADDRESS_OUT_OF_RANGE",
        ModMgmtError = 100 => "MOD_MGMT_ERROR",
        ModLoadClFailed = 101 => "MOD_LOAD_CL_FAILED",
        ModLoadInvalidHash = 102 => "MOD_LOAD_INVALID_HASH",
        ModInstanceExists = 103 => "MOD_INSTANCE_EXISTS",
        ModNotInitialized = 104 => "MOD_NOT_INITIALIZED",
        ModInvalidId = 110 => "MOD_INVALID_ID",
        ModInstInvalidId = 111 => "MOD_INST_INVALID_ID",
        QueueInvalidId = 112 => "QUEUE_INVALID_ID",
        QueueDstInvalidId = 113 => "QUEUE_DST_INVALID_ID",
        InvalidCoreId = 116 => "INVALID_CORE_ID",
        ProbeDmaInjectionBufferTooSmall = 117 => "PROBE_DMA_INJECTION_BUFFER_TOO_SMALL",
        ProbeDmaExtractionBufferTooSmall = 118 => "PROBE_DMA_EXTRACTION_BUFFER_TOO_SMALL",
        InvalidConfigParamId = 120 => "INVALID_CONFIG_PARAM_ID",
        InvalidConfigDataLen = 121 => "INVALID_CONFIG_DATA_LEN",
        InvalidConfigDataStruct = 122 => "INVALID_CONFIG_DATA_STRUCT",
        GatewayNotInitialized = 140 => "GATEWAY_NOT_INITIALIZED",
        GatewayNotExist = 141 => "GATEWAY_NOT_EXIST",
        GatewayStateNotSet = 142 => "GATEWAY_STATE_NOT_SET",
        GatewayNotAllocated = 143 => "GATEWAY_NOT_ALLOCATED",
        SclkAlreadyRunning = 150 => "SCLK_ALREADY_RUNNING",
        MclkAlreadyRunning = 151 => "MCLK_ALREADY_RUNNING",
        NoRunningSclk = 152 => "NO_RUNNING_SCLK",
        NoRunningMclk = 153 => "NO_RUNNING_MCLK",
        PipelineStateNotSet = 164 => "PIPELINE_STATE_NOT_SET",
        InvalidChainStateTransition = 3018 => "INVALID_CHAIN_STATE_TRANSITION",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fit_into_a_reply_and_lead_back() {
        for status in Status::ALL {
            assert!(status.code() < 1 << 24);
            assert_eq!(Status::from_code(status.code()), Some(*status));
            assert_eq!(Status::from_name(status.name()), Some(*status));
        }
    }

    #[test]
    fn a_truncated_errno_is_no_status() {
        assert_eq!(Status::from_code((-11i32 as u32) & 0x00FF_FFFF), None);
    }
}
